using System.Net;
using System.Security.Cryptography.X509Certificates;
using BrokerServe.RabbitMq;
using static BrokerServe.Transport.Tests.RabbitMq.RabbitMqFact;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Connections on which both sides show a certificate.</summary>
public sealed class MutualTlsSpecs : IAsyncLifetime
{
    private const string Password = "s3cret-of-the-key";

    private readonly string _folder = Directory.CreateTempSubdirectory("brokerserve-tls-").FullName;
    private readonly TestCertificates _ours = new("ours");
    private readonly TestCertificates _strangers = new("strangers");
    private TlsProxy? _proxy;
    private string _uri = "";

    private string AuthorityFile => Path.Combine(_folder, "authority.pem");

    private string CertificateFile => Path.Combine(_folder, "client.pfx");

    public async ValueTask InitializeAsync()
    {
        var plain = new Uri((await TestBroker.TestBroker.GetAsync()).Uri);
        await File.WriteAllTextAsync(AuthorityFile, _ours.AuthorityPem);
        _proxy = new TlsProxy(X509CertificateLoader.LoadPkcs12(_ours.Sign("broker.test"), null), new DnsEndPoint(plain.Host, plain.Port), _ours.Authority);
        _uri = $"amqps://{plain.UserInfo}@127.0.0.1:{_proxy.Port}/";
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy!.DisposeAsync();
        _ours.Dispose();
        _strangers.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Who_shows_a_certificate_that_checks_out_is_let_in()
    {
        await File.WriteAllBytesAsync(CertificateFile, _ours.Sign("worker-1", Password));
        await using var broker = Broker(CertificateFile);
        await using var connection = await broker.ConnectAsync("spec", default);
        await InboxAsync(connection);
    }

    [Fact]
    public async Task Who_shows_none_is_not() => await RefusedAsync(Broker(certificateFile: null));

    [Fact]
    public async Task Who_shows_a_strangers_is_not()
    {
        await File.WriteAllBytesAsync(CertificateFile, _strangers.Sign("worker-1", Password));
        await RefusedAsync(Broker(CertificateFile));
    }

    [Fact]
    public async Task A_certificate_can_be_exchanged_while_its_owner_runs()
    {
        await File.WriteAllBytesAsync(CertificateFile, _strangers.Sign("worker-1", Password));
        await using var broker = Broker(CertificateFile);
        await Assert.ThrowsAsync<BrokerException>(async () => await broker.ConnectAsync("spec", default));

        await File.WriteAllBytesAsync(CertificateFile, _ours.Sign("worker-1", Password));
        await using var connection = await broker.ConnectAsync("spec", default);
        await InboxAsync(connection);
    }

    [Fact]
    public async Task A_wrong_password_of_the_certificate_is_said_at_once_and_not_repeated()
    {
        await File.WriteAllBytesAsync(CertificateFile, _ours.Sign("worker-1", "another"));
        var exception = Assert.Throws<ArgumentException>(() => Broker(CertificateFile));
        Assert.DoesNotContain(Password, exception.ToString(), StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(RabbitMqBroker broker)
    {
        await using (broker)
        {
            var exception = await Assert.ThrowsAsync<BrokerException>(async () => await broker.ConnectAsync("spec", default));
            Assert.Contains(exception.Fault, new[] { BrokerFault.LoginRefused, BrokerFault.Unreachable }); // TLS 1.3 says so after the client's own handshake.
        }
    }

    private RabbitMqBroker Broker(string? certificateFile) => new(new RabbitMqOptions
    {
        Uri = _uri,
        Tls = { ServerName = "broker.test", AuthorityFile = AuthorityFile, ClientCertificateFile = certificateFile, ClientCertificatePassword = Password },
    });
}
