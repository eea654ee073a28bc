using System.CommandLine;
using BrokerServe.RabbitMq;

namespace BrokerServe.Host.Commands;

/// <summary>How a command is let in by the broker, other than by the URI: files that are read anew for each connection.</summary>
/// <remarks>No secret is ever an argument: everybody on the machine sees those.</remarks>
internal sealed class BrokerFileOptions
{
    /// <summary>The only way to give the password of the certificate's file.</summary>
    public const string CertificatePasswordVariable = "BROKERSERVE_BROKER_CERTIFICATE_PASSWORD";

    private readonly FileOption _login = new("--broker-login", "The login, user:password in one line, instead of the URI's. Read for each connection.");
    private readonly FileOption _authority = new("--broker-authority", "With amqps: whom to trust, as PEM, instead of the system's authorities.");
    private readonly FileOption _certificate = new(
        "--broker-certificate", $"With amqps: the certificate to show, as PKCS #12; ${CertificatePasswordVariable} opens it.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_login.Option);
        command.Add(_authority.Option);
        command.Add(_certificate.Option);
    }

    /// <summary>What to connect with.</summary>
    public RabbitMqOptions With(ParseResult parsed, string uri) => new()
    {
        Uri = uri,
        CredentialsFile = _login.Of(parsed),
        Tls =
        {
            AuthorityFile = _authority.Of(parsed),
            ClientCertificateFile = _certificate.Of(parsed),
            ClientCertificatePassword = Variable(CertificatePasswordVariable),
        },
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary><c>--broker-login</c> or <c>BROKERSERVE_BROKER_LOGIN</c>, and so on.</summary>
    private sealed class FileOption(string name, string description)
    {
        private readonly string _variable = $"BROKERSERVE_{name[2..].Replace('-', '_').ToUpperInvariant()}";

        public Option<string?> Option { get; } = new(name) { Description = description, HelpName = "FILE" };

        public string? Of(ParseResult parsed) => parsed.GetValue(Option) ?? Variable(_variable);
    }
}
