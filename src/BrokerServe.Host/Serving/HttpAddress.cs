using System.Net;
using System.Net.Sockets;

namespace BrokerServe.Host.Serving;

/// <summary>Where health is answered.</summary>
internal static class HttpAddress
{
    /// <summary>Finds out whether another process has the address, before anything is started that would have to be stopped again.</summary>
    public static bool IsTaken(Uri url)
    {
        if (!IPAddress.TryParse(url.DnsSafeHost, out var address))
        {
            if (!url.IsLoopback)
            {
                return false;
            }

            address = IPAddress.Loopback;
        }

        try
        {
            using var listener = new TcpListener(address, url.Port);
            listener.Start();
            return false;
        }
        catch (SocketException refusal)
        {
            return refusal.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }
}
