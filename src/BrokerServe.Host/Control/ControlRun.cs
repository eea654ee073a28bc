using System.Globalization;
using System.Text.Json.Nodes;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Transport;

namespace BrokerServe.Host.Control;

/// <summary>Reads or changes the control log for a command, and says how that ended.</summary>
internal static class ControlRun
{
    /// <summary>Makes a change and reads it back; returns what the process exits with.</summary>
    /// <param name="job">What to do it with.</param>
    /// <param name="options">The routers' settings, as far as the command knows them.</param>
    /// <param name="make">Changes the draft, or throws <see cref="RefusedException"/>. Called again when another author was faster.</param>
    /// <param name="afterwards">What is still to be awaited when everything is so in the log; says what of it has not come to pass, or nothing.</param>
    public static Task<int> ChangeAsync(
        ControlJob job,
        RouterOptions options,
        Action<ControlDraft, ControlState> make,
        Func<CancellationToken, Task<string?>>? afterwards = null) => ChangeAsync(
            job,
            state =>
            {
                var draft = new ControlDraft(state, options);
                make(draft, state);
                return draft.ToEdits();
            },
            afterwards: afterwards);

    /// <summary>The same of edits that are made otherwise.</summary>
    /// <param name="job">What to do it with.</param>
    /// <param name="decide">Makes the edits, or throws <see cref="RefusedException"/>. Called again when another author was faster.</param>
    /// <param name="before">What is to be read first; null: nothing.</param>
    /// <param name="afterwards">What is still to be awaited when everything is so in the log; says what of it has not come to pass, or nothing.</param>
    public static Task<int> ChangeAsync(
        ControlJob job,
        Func<ControlState, IReadOnlyList<ControlEdit>> decide,
        Func<ControlAuthor, CancellationToken, Task>? before = null,
        Func<CancellationToken, Task<string?>>? afterwards = null) => RunAsync(
            job,
            async (author, stopping) =>
            {
                await (before?.Invoke(author, stopping) ?? Task.CompletedTask);
                IReadOnlyList<PlannedObject> plan = [];
                var change = new ControlChange("", [])
                {
                    Author = $"{Environment.UserName}@{Environment.MachineName}",
                    TimeUnixMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
                    Note = job.Note,
                };
                var outcome = await author.ChangeAsync(Decide, change, stopping);
                var state = await author.ReadAsync(stopping);
                var remark = job.DryRun || afterwards is null ? null : await afterwards(stopping);
                Print(job, plan, outcome, state, remark);
                return remark is null ? ExitCodes.Ok : ExitCodes.Failed;

                IReadOnlyList<ControlEdit> Decide(ControlState state)
                {
                    var edits = decide(state);
                    plan = PlannedObject.Of(state, edits);
                    return job.DryRun ? [] : edits;
                }
            });

    /// <summary>Does something with the log within the job's time; returns what the process exits with.</summary>
    public static async Task<int> RunAsync(ControlJob job, Func<ControlAuthor, CancellationToken, Task<int>> use)
    {
        using var interruption = new Interruption();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        limit.CancelAfter(job.Timeout);
        try
        {
            await using var broker = job.Broker;
            await using var author = new ControlAuthor(broker, new ObjectNames(job.Prefix), "brokerserve control", TimeProvider.System);
            return await use(author, limit.Token);
        }
        catch (RefusedException refused)
        {
            return Fail(job, "refused", refused.Errors);
        }
        catch (Exception failure) when (failure is BrokerException or ControlLogBrokenException)
        {
            return Fail(job, "failed", [failure.Message]);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Fail(job, "failed", interruption.Token.IsCancellationRequested
                ? ["It was given up; 'brokerserve history' says whether it counts."]
                : [$"It did not end within {new Duration(job.Timeout)} (--timeout); 'brokerserve history' says whether it counts."]);
        }
    }

    private static void Print(ControlJob job, IReadOnlyList<PlannedObject> plan, ControlOutcome? outcome, ControlState state, string? remark)
    {
        var ending = plan.Count == 0 ? "unchanged" : outcome is null ? "planned" : "applied";
        if (job.Json)
        {
            var json = new JsonObject
            {
                ["outcome"] = ending,
                ["version"] = outcome?.Version ?? state.Version,
                ["hash"] = ControlHash.Print(state.Hash),
                ["changes"] = new JsonArray([.. plan.Select(row => row.ToJson())]),
            };
            if (remark is not null)
            {
                json["remark"] = remark;
            }

            ControlText.Write(job.Output, json);
        }
        else
        {
            ControlText.Write(job.Output, plan);
            job.Output.WriteLine(ending switch
            {
                "unchanged" => string.Create(CultureInfo.InvariantCulture, $"Everything is so already, in version {state.Version}."),
                "planned" => string.Create(CultureInfo.InvariantCulture, $"Nothing was written. The log has version {state.Version}."),
                _ => string.Create(CultureInfo.InvariantCulture, $"The log has it as version {outcome!.Version}; routers follow at once."),
            });
        }

        if (remark is not null)
        {
            job.Error.WriteLine(remark);
        }
    }

    private static int Fail(ControlJob job, string ending, IReadOnlyList<string> errors)
    {
        if (job.Json)
        {
            ControlText.Write(job.Output, new JsonObject
            {
                ["outcome"] = ending,
                ["errors"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]),
            });
        }

        foreach (var error in errors)
        {
            job.Error.WriteLine(error);
        }

        return ExitCodes.Failed;
    }
}
