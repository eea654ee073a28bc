using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BrokerServe.RabbitMq;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Connections with <c>amqps</c>.</summary>
public sealed class TlsSpecs : IAsyncLifetime
{
    private readonly string _authorityFile = Path.GetTempFileName();
    private TlsProxy? _proxy;
    private string _uri = "";

    public async ValueTask InitializeAsync()
    {
        var plain = new Uri((await TestBroker.TestBroker.GetAsync()).Uri);
        using var key = RSA.Create(2048);
        using var certificate = SelfSigned(key);
        await File.WriteAllTextAsync(_authorityFile, certificate.ExportCertificatePem());
        _proxy = new TlsProxy(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null), new DnsEndPoint(plain.Host, plain.Port));
        _uri = $"amqps://{plain.UserInfo}@127.0.0.1:{_proxy.Port}/";
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy!.DisposeAsync();
        File.Delete(_authorityFile);
    }

    [Fact]
    public async Task Messages_travel_when_the_certificate_checks_out()
    {
        await using var broker = Broker(serverName: "broker.test");
        Assert.StartsWith("amqps://127.0.0.1:", broker.DisplayName, StringComparison.Ordinal);
        await using var connection = await broker.ConnectAsync("spec", default);
        var (queue, _, inbox) = await InboxAsync(connection);
        await using var publisher = await connection.OpenPublisherAsync(new PublisherOptions(Confirms: false), null, default);
        await publisher.PublishAsync(To(queue, bodyBytes: 300_000));
        Assert.Equal(300_000, (await inbox.NextAsync()).Body.Length);
    }

    [Fact]
    public async Task A_certificate_of_another_name_is_refused()
    {
        await using var broker = Broker(serverName: "another.test");
        await RefusedAsync(broker);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        await using var broker = new RabbitMqBroker(new RabbitMqOptions { Uri = _uri, Tls = { ServerName = "broker.test" } });
        await RefusedAsync(broker);
    }

    [Fact]
    public void A_certificate_file_that_is_not_there_is_said_at_once()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => new RabbitMqBroker(new RabbitMqOptions { Uri = _uri, Tls = { AuthorityFile = "/nowhere/authority.pem" } }));
        Assert.Contains("/nowhere/authority.pem", exception.Message, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(RabbitMqBroker broker)
    {
        var exception = await Assert.ThrowsAsync<BrokerException>(async () => await broker.ConnectAsync("spec", default));
        Assert.Equal(BrokerFault.LoginRefused, exception.Fault);
        Assert.Contains("TLS", exception.Message, StringComparison.Ordinal);
    }

    private static X509Certificate2 SelfSigned(RSA key)
    {
        var request = new CertificateRequest("CN=broker.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("broker.test");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private RabbitMqBroker Broker(string serverName) =>
        new(new RabbitMqOptions { Uri = _uri, Tls = { ServerName = serverName, AuthorityFile = _authorityFile } });
}
