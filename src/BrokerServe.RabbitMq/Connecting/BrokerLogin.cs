using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.RabbitMq.Connecting;

/// <summary>Who logs in. Nothing here prints the password.</summary>
internal sealed class BrokerLogin(string user, string password)
{
    // A file of this size is something else.
    private const int MaxFileBytes = 4_096;

    public string User => user;

    public string Password => password;

    /// <summary>Reads <c>user:password</c>; false with a sentence about what is wrong, which repeats nothing of what the file says.</summary>
    public static bool TryReadFile(string path, [NotNullWhen(true)] out BrokerLogin? login, [NotNullWhen(false)] out string? problem)
    {
        (login, problem) = (null, null);
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
            {
                problem = $"The credentials file '{path}' has more than {MaxFileBytes} bytes; it must hold user:password in one line.";
                return false;
            }

            var text = File.ReadAllText(path).TrimEnd('\r', '\n');
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || text.AsSpan().ContainsAny('\r', '\n'))
            {
                problem = $"The credentials file '{path}' must hold user:password in one line.";
                return false;
            }

            login = new BrokerLogin(text[..colon], text[(colon + 1)..]);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"The credentials file cannot be read: {e.Message}";
            return false;
        }
    }
}
