using System.Text;
using BrokerServe.Host.Measuring;
using BrokerServe.Host.Status;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Doctor;

/// <summary>Looks at a broker and at what runs over it, and says what is wrong and what to do about it.</summary>
internal static class DoctorRun
{
    private const string Unasked =
        "AMQP alone does not say whether there is an alarm, which policies touch our queues, or which queues were left behind: --management URL does. ";

    private const string ConsumerTimeout =
        "Neither says the broker's consumer_timeout: compare rabbitmqctl environment with BrokerConsumerTimeout of the routers (30m).";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Looks; returns what the process exits with.</summary>
    /// <param name="broker">Where to.</param>
    /// <param name="names">Under which names.</param>
    /// <param name="management">The management API; null: it is not asked.</param>
    /// <param name="virtualHost">Whose queues are looked at there.</param>
    /// <param name="json">One JSON object.</param>
    /// <param name="output">Where the findings go.</param>
    /// <param name="patience">How long to wait for the reports of those who run. Default 4 s: one lease and a heartbeat.</param>
    public static async Task<int> RunAsync(
        IBroker broker, ObjectNames names, Uri? management, string virtualHost, bool json, TextWriter output, TimeSpan? patience = null)
    {
        using var interruption = new Interruption();
        var found = new Examination();
        try
        {
            await LookAsync(broker, names, management, virtualHost, patience ?? Patience, found, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            found.Add(Severity.Error, "cancelled", "doctor", "It was told to stop before it had looked at everything.");
        }

        await output.WriteAsync(json ? ToJson(found) + Environment.NewLine : ToText(found));
        return found.HasFailed ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async Task LookAsync(
        IBroker broker, ObjectNames names, Uri? management, string virtualHost, TimeSpan patience, Examination found, CancellationToken cancellation)
    {
        IReadOnlyCollection<string>? endpoints = null;
        if (await new BrokerExam(broker, names, found).LookAsync(cancellation))
        {
            try
            {
                var status = await StatusRun.LookAsync(broker, names, patience, cancellation);
                found.Add(status.Problems);
                endpoints = status.Seen.System.Routers.Count > 0 ? [.. status.Seen.System.Endpoints.Select(static endpoint => endpoint.Endpoint)] : null;
                Approve(status, found);
            }
            catch (BrokerException failure)
            {
                found.Add(Severity.Warning, "reports", "reports", $"They cannot be heard: {failure.Message}", "See the permissions above.");
            }
        }

        if (management is not null)
        {
            await new ManagementExam(management, virtualHost, names, found).LookAsync(endpoints, cancellation);
        }

        found.Add(Severity.Note, "not_asked", "doctor", (management is null ? Unasked : "") + ConsumerTimeout);
    }

    private static void Approve(StatusReport status, Examination found)
    {
        var routers = status.Seen.System.Routers.Count;
        if (routers > 0 && status.Problems.All(static problem => problem.Code != "clock"))
        {
            found.Approve($"the clocks of {routers} {(routers == 1 ? "router" : "routers")} and of this machine agree");
        }
    }

    private static string ToText(Examination found)
    {
        var text = new StringBuilder();
        foreach (var sound in found.Sound)
        {
            text.AppendLine($"ok       {Pictures.Printable.Of(sound)}");
        }

        StatusReport.Append(text, found.Problems);
        return text.ToString();
    }

    private static string ToJson(Examination found) => Figures.Object(json =>
    {
        json.WriteStartArray("sound");
        foreach (var sound in found.Sound)
        {
            json.WriteStringValue(sound);
        }

        json.WriteEndArray();
        StatusReport.WriteProblems(json, found.Problems);
    });
}
