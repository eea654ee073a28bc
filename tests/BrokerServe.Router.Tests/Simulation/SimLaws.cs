using System.Runtime.CompilerServices;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>What is true at every moment of every simulation.</summary>
internal static class SimLaws
{
    public static void Check(SimWorld world, bool law, string broken)
    {
        if (!law)
        {
            Break(world, broken);
        }
    }

    public static void Check(SimWorld world, bool law, [InterpolatedStringHandlerArgument("law")] SimBreach broken)
    {
        if (!law)
        {
            Break(world, broken.Text);
        }
    }

    /// <summary>After every entry.</summary>
    public static void CheckAll(SimWorld world, SimBroker broker)
    {
        foreach (var queue in broker.Endpoints.Values)
        {
            Check(
                world,
                queue.Accepted == queue.Settled + queue.Expired + queue.Ready + queue.Unacknowledged,
                $"{queue.Endpoint}: accepted {queue.Accepted}, answered {queue.Settled}, expired {queue.Expired}, ready {queue.Ready}, unacknowledged {queue.Unacknowledged}.");
        }

        foreach (var router in broker.Routers)
        {
            foreach (var backend in router.Backends.Values)
            {
                if (!backend.TakeTouched())
                {
                    continue; // Its state changes in its turns only, and was looked at after the last.
                }

                var (inFlight, reserved) = (0, 0);
                foreach (var replica in backend.Known)
                {
                    inFlight += replica.InFlight;
                    reserved += replica.IsReserved ? 1 : 0;
                    Check(world, replica.State != ReplicaState.Lost || replica.InFlight == 0, $"{replica.Name} is lost and holds {replica.InFlight}.");
                }

                Check(world, reserved <= 1, $"{router.Name}/{backend.Name} keeps {reserved} replicas for suspects.");
                Check(
                    world,
                    inFlight == backend.Slots.Open && inFlight == backend.Dispatcher.InFlight,
                    $"{router.Name}/{backend.Name}: {backend.Slots.Open} open slots, {inFlight} in flight at replicas.");
            }
        }
    }

    /// <summary>After an event that dispatched to a replica.</summary>
    public static void CheckDispatch(SimWorld world, SimRouter router, Replica replica) => Check(
        world,
        replica.State == ReplicaState.Serving && replica.InFlight <= replica.Limit,
        $"{router.Name}: {replica.Name} is {replica.State}, holds {replica.InFlight} of {replica.Limit}, and got more.");

    /// <summary>A query was decided on.</summary>
    public static void CheckQuery(SimWorld world, SimRouter router, Replica replica, Request request, int maxAttempts, long nowMs, uint endedEpoch)
    {
        if (replica.IsReserved && request is { IsSuspect: true, State: RequestState.InFlight } && request.Attempts == maxAttempts)
        {
            world.Tally.Add("suspects isolated");
            Check(world, replica.InFlight == 1, $"{request.CorrelationId} should be alone on {replica.Name}, which holds {replica.InFlight}.");
        }

        Check(world, !router.Overtakes(request), $"{request.CorrelationId} was dispatched before an older one.");
        Check(world, request.DeadlineMs > nowMs, $"{request.CorrelationId} was dispatched after its deadline.");
        Check(
            world,
            request.IsShadow || request.Epoch > endedEpoch,
            $"{request.CorrelationId} of epoch {request.Epoch} was dispatched after the end of epoch {endedEpoch}.");
    }

    /// <summary>A handler begins.</summary>
    public static void CheckStart(SimWorld world, SimWorker worker, SimRouter router, SimQuery query, int maxAttempts, long deadlineMs)
    {
        Check(world, deadlineMs > world.NowMs, $"{worker.Name} began {query.Call} after its deadline.");
        if (!query.IsShadow)
        {
            var runs = query.Call.BeginAt(worker.Backend);
            Check(world, !query.Call.AtMostOnce || query.Call.Runs == 1, $"{query.Call} may run once at most, and began to run again.");

            // Whatever became of the calls that came in the same message.
            Check(
                world,
                runs <= query.Call.Deliveries * maxAttempts,
                $"{query.Call} was delivered {query.Call.Deliveries} times, with {maxAttempts} attempts each at {worker.Backend}, and began to run there {runs} times.");
        }

        // Whoever runs holds a credit: its slot is open, unless the router never heard, or gave the replica up at some time.
        if (router.IsAlive && !worker.IsPlain && !router.OnceLost.Contains(worker))
        {
            var slots = router.Backends[worker.Backend].Slots;
            Check(
                world,
                slots.TryFind(query.Ticket, out var index) && slots[index].Replica!.Name == worker.Name,
                $"{worker.Name} began {query.Call}/{query.Ticket}, and {router.Name} has vacated its slot.");
        }
    }

    private static void Break(SimWorld world, string broken)
    {
        world.Say($"BROKEN: {broken}");
        throw new SimLawException($"At {world.NowMs} ms: {broken}");
    }
}
