using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>An authority for one test, and what it signs.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _authority;

    public TestCertificates(string name)
    {
        var request = Request($"CN={name}", _key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public X509Certificate2 Authority => _authority;

    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>A PKCS #12 file's bytes, with the key.</summary>
    public byte[] Sign(string name, string? password = null)
    {
        using var key = RSA.Create(2048);
        var request = Request($"CN={name}", key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), Guid.NewGuid().ToByteArray());
        using var whole = signed.CopyWithPrivateKey(key);
        return whole.Export(X509ContentType.Pfx, password);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Request(string name, RSA key) => new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
