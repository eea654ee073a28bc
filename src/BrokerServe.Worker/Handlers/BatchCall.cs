using BrokerServe.Worker.Payloads;
using BrokerServe.Worker.Running;

namespace BrokerServe.Worker.Handlers;

/// <summary>Runs an author's batch handler and makes one reply for each member out of what it does.</summary>
/// <typeparam name="TRequest">What payloads are read as.</typeparam>
/// <typeparam name="TReply">What results are.</typeparam>
internal sealed class BatchCall<TRequest, TReply>(
    Func<QueryContext, TRequest> read,
    Func<QueryBatch<TRequest>, CancellationToken, ValueTask<IEnumerable<TReply>>> invoke,
    Func<QueryContext, TReply, ReplyPayload> write)
{
    public async ValueTask<IReadOnlyList<MemberReply>> RunAsync(IReadOnlyList<QueryContext> queries, CancellationToken cancellation)
    {
        // Step 1: read each member; what cannot be read fails alone.
        var replies = new MemberReply[queries.Count];
        var places = new List<int>(queries.Count);
        var readable = new List<QueryContext>(queries.Count);
        var requests = new List<TRequest>(queries.Count);
        for (var i = 0; i < replies.Length; i++)
        {
            try
            {
                requests.Add(read(queries[i]));
                readable.Add(queries[i]);
                places.Add(i);
            }
            catch (UnreadablePayloadException exception)
            {
                replies[i] = new MemberReply(default, exception);
            }
        }

        if (requests.Count == 0)
        {
            return replies;
        }

        // Step 2: one call for all of them. Whatever goes wrong goes wrong for every member, on purpose.
        TReply[] results;
        try
        {
            var returned = await invoke(new QueryBatch<TRequest>(requests, readable), cancellation).ConfigureAwait(false);
            results = returned?.ToArray() ?? [];
            if (results.Length != requests.Count)
            {
                throw new BatchCountException(results.Length, requests.Count);
            }
        }
        catch (Exception exception)
        {
            foreach (var place in places)
            {
                replies[place] = new MemberReply(default, exception);
            }

            return replies;
        }

        // Step 3: one result each, in order.
        for (var i = 0; i < results.Length; i++)
        {
            replies[places[i]] = Write(readable[i], results[i]);
        }

        return replies;
    }

    private MemberReply Write(QueryContext query, TReply result)
    {
        try
        {
            return new MemberReply(write(query, result));
        }
        catch (Exception exception)
        {
            // Serializers throw what they like; the other results can still be written.
            return new MemberReply(default, exception);
        }
    }
}
