using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>Speaks TLS in front of a broker that does not; with an authority, only to who shows a certificate that it signed.</summary>
internal sealed class TlsProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2 _certificate;
    private readonly DnsEndPoint _broker;
    private readonly X509Certificate2? _clientAuthority;
    private readonly Task _serving;

    public TlsProxy(X509Certificate2 certificate, DnsEndPoint broker, X509Certificate2? clientAuthority = null)
    {
        _clientAuthority = clientAuthority;
        _certificate = certificate;
        _broker = broker;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Stop();
        _certificate.Dispose();
    }

    private SslServerAuthenticationOptions Settings()
    {
        var settings = new SslServerAuthenticationOptions { ServerCertificate = _certificate };
        if (_clientAuthority is not null)
        {
            settings.ClientCertificateRequired = true;
            settings.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            settings.CertificateChainPolicy.CustomTrustStore.Add(_clientAuthority);
        }

        return settings;
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var secured = new SslStream(client.GetStream());
                await secured.AuthenticateAsServerAsync(Settings(), _stopping.Token);
                using var broker = new TcpClient();
                await broker.ConnectAsync(_broker.Host, _broker.Port, _stopping.Token);
                await Task.WhenAny(
                    secured.CopyToAsync(broker.GetStream(), _stopping.Token), broker.GetStream().CopyToAsync(secured, _stopping.Token));
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // The client did not like the certificate, or went away.
            }
        }
    }
}
