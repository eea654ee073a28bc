using System.Diagnostics.CodeAnalysis;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Egress;

/// <summary>Sorts the answers that are ready at once by the producer to whom they go.</summary>
/// <remarks>The publishing loop's own. No timer is in it: what stays between turns waits for the confirm of what is under way.</remarks>
internal sealed class AnswerDrafts
{
    /// <summary>Producers that are kept apart at a time; one more sends the oldest on its way. Looked through for each answer, so not many.</summary>
    private const int MaxOpen = 32;

    /// <summary>Answers that are put together before the first of them leaves: below a millisecond's work.</summary>
    private const int MaxAnswers = 1_024;

    /// <summary>Producers that are remembered; then those are forgotten to whom nothing is under way.</summary>
    private const int MaxPipelines = 1_024;

    private readonly Dictionary<string, Pipeline> _pipelines = [];
    private readonly List<AnswerDraft> _open = [];
    private readonly Stack<AnswerDraft> _idle = new();
    private int _answers;

    /// <summary>Whether an answer may travel in a frame: the producer reads them, and it is a worker's.</summary>
    public static bool Takes(Request request) =>
        request.AcceptsFrames && request.ReplyTo is not null && request.Error is null
            && AnswerDraft.MaxBytesOf(request) <= FrameLimits.MaxFrameBytes - AnswerFrameWriter.HeaderBytes;

    /// <summary>Adds an answer that <see cref="Takes"/> allows.</summary>
    /// <returns>A draft that is to be sent now, to make room; null if there is none.</returns>
    public AnswerDraft? Add(Request request)
    {
        var bytes = AnswerDraft.MaxBytesOf(request);
        _answers++;
        for (var i = 0; i < _open.Count; i++)
        {
            var draft = _open[i];
            if (!string.Equals(draft.ReplyTo, request.ReplyTo, StringComparison.Ordinal))
            {
                continue;
            }

            if (!draft.TryAdd(request, bytes))
            {
                _open[i] = Begin(request, bytes);
                return Leaving(draft);
            }

            return _answers < MaxAnswers ? null : TakeOldest();
        }

        _open.Add(Begin(request, bytes));
        return _open.Count > MaxOpen || _answers >= MaxAnswers ? TakeOldest() : null;
    }

    /// <summary>Takes the oldest draft out that need not wait; false when there is none.</summary>
    /// <param name="all">None need wait.</param>
    /// <param name="draft">The draft.</param>
    public bool TryTake(bool all, [NotNullWhen(true)] out AnswerDraft? draft)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            draft = _open[i];
            if (all || !draft.Pipeline.IsFull())
            {
                _open.RemoveAt(i);
                Leaving(draft);
                return true;
            }
        }

        draft = null;
        return false;
    }

    /// <summary>Forgets what was under way: its connection is gone.</summary>
    public void ForgetPipelines() => _pipelines.Clear();

    /// <summary>Takes a draft back whose answers are somebody else's now.</summary>
    public void Return(AnswerDraft draft)
    {
        draft.Clear();
        _idle.Push(draft);
    }

    private AnswerDraft TakeOldest()
    {
        var draft = _open[0];
        _open.RemoveAt(0);
        return Leaving(draft);
    }

    private AnswerDraft Leaving(AnswerDraft draft)
    {
        _answers -= draft.Count;
        return draft;
    }

    private Pipeline PipelineTo(string replyTo)
    {
        if (_pipelines.TryGetValue(replyTo, out var pipeline))
        {
            return pipeline;
        }

        if (_pipelines.Count >= MaxPipelines)
        {
            foreach (var (idle, _) in _pipelines.Where(static entry => entry.Value.IsIdle).ToArray())
            {
                _pipelines.Remove(idle);
            }
        }

        _pipelines.Add(replyTo, pipeline = new Pipeline());
        return pipeline;
    }

    private AnswerDraft Begin(Request request, int bytes)
    {
        var draft = _idle.TryPop(out var idle) ? idle : new AnswerDraft();
        draft.Begin(request, bytes, PipelineTo(request.ReplyTo!));
        return draft;
    }
}
