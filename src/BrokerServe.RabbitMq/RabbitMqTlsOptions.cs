using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace BrokerServe.RabbitMq;

/// <summary>How to check the broker's certificate and to show one's own.</summary>
/// <remarks>TLS 1.2 or 1.3, as the operating system allows. A certificate that does not check out is always refused. Whether
/// one was revoked is not looked up.</remarks>
public sealed class RabbitMqTlsOptions
{
    /// <summary>The name that the broker's certificate must carry.</summary>
    /// <value>Default null: the host of the URI.</value>
    public string? ServerName { get; set; }

    /// <summary>A PEM file with the authorities whose signature is trusted, instead of the system's.</summary>
    /// <value>Default null: the system's authorities.</value>
    public string? AuthorityFile { get; set; }

    /// <summary>A PKCS #12 file with the certificate and the key that this process shows to the broker.</summary>
    /// <value>Default null: none is shown.</value>
    public string? ClientCertificateFile { get; set; }

    /// <summary>The password of <see cref="ClientCertificateFile"/>; a secret.</summary>
    /// <value>Default null: the file has none.</value>
    public string? ClientCertificatePassword { get; set; }

    /// <summary>Checks that the files can be read; the result reads them again for each connection, and makes its settings.</summary>
    internal Func<string, SslClientAuthenticationOptions> Read()
    {
        var (serverName, authorityFile, certificateFile, password) = (ServerName, AuthorityFile, ClientCertificateFile, ClientCertificatePassword);
        SslClientAuthenticationOptions Settings(string host) => new()
        {
            TargetHost = serverName ?? host,
            ClientCertificates = certificateFile is null ? null : [X509CertificateLoader.LoadPkcs12FromFile(certificateFile, password)],
            CertificateChainPolicy = authorityFile is null ? null : Trusting(authorityFile),
        };

        Settings("");
        return Settings;
    }

    private static X509ChainPolicy Trusting(string authorityFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        return policy;
    }
}
