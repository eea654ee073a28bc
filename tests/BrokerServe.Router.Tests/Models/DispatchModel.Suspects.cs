using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

// The last attempt of a request that lost replicas runs alone on a replica, one at a time, unless there is one replica only.
internal sealed partial class DispatchModel
{
    private readonly HashSet<Request> _suspects = [];
    private readonly List<Request> _aside = [];
    private ModelReplica? _quarantine;
    private bool _suspectRuns;

    private bool IsLastOfSuspect(Request request) =>
        _suspects.Contains(request) && request.Attempts == Config.MaxAttempts - 1 && Live > 1;

    private bool SuspectLacksRoom => _aside.Count > 0 && !_suspectRuns && _quarantine is not null && HeldBy(_quarantine) == 0 && !CanSendTo(_quarantine);

    private void PlaceSuspects()
    {
        var isOver = _quarantine is not null && (_suspectRuns
            ? HeldBy(_quarantine) == 0
            : _aside.Count == 0 || Live <= 1 || !_replicas.Contains(_quarantine) || !_quarantine.IsOpen || _quarantine.Limit <= 0);
        if (isOver)
        {
            _quarantine!.Since = ++_clockOfPlaces;
            (_quarantine, _suspectRuns) = (null, false);
        }

        if (_aside.Count == 0 || _suspectRuns)
        {
            return;
        }

        if (Live <= 1)
        {
            _aside.Reverse();
            _aside.ForEach(request => _backlog.Add(request, first: true));
            _aside.Clear();
            return;
        }

        _quarantine ??= LeastLoaded();
        while (_aside.Count > 0 && _quarantine is not null && HeldBy(_quarantine) == 0 && CanSendTo(_quarantine) && !_suspectRuns)
        {
            var suspect = _aside[0];
            _aside.RemoveAt(0);
            if (suspect.DeadlineMs <= NowMs)
            {
                Expire(suspect);
                continue;
            }

            Send(suspect, _quarantine);
            _suspectRuns = true;
        }
    }
}
