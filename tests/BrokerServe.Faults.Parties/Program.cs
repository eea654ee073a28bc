using BrokerServe.Faults.Parties;

// A party of a system under faults, in a process of its own: parties producer|worker|router BROKER PREFIX JOURNAL [NAME=VALUE]...
// What it did goes to its journal, a line of JSON for each event, which kill -9 leaves as it was. What it shall do comes by standard input.
var settings = Settings.Read(args);
await using var journal = new Journal(settings.JournalPath);
return args[0] switch
{
    "producer" => await Producer.RunAsync(settings, journal),
    "worker" => await WorkerParty.RunAsync(settings, journal),
    "router" => await RouterParty.RunAsync(settings),
    _ => throw new ArgumentException($"There is no party '{args[0]}'."),
};
