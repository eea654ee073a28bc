using BrokerServe.Router.Mailboxes;
using BrokerServe.Router.Tests.Models;

namespace BrokerServe.Router.Tests.Mailboxes;

/// <summary>Mailboxes under real threads. The seed decides how long each writer dawdles between posts; the races are the machine's.</summary>
public sealed class MailboxThreadSpecs(ITestOutputHelper output)
{
    [Fact]
    public async Task Many_writers_and_one_reader_lose_nothing_and_keep_each_writers_order()
    {
        foreach (var seed in Sequences.Seeds(10))
        {
            output.WriteLine($"Seed {seed} (BROKERSERVE_SEED={seed} runs it alone)");
            const int writers = 4, notes = 5_000;
            var mailbox = new Mailbox<Note>();
            var reading = ReadAsync(mailbox, writers, notes);
            var writing = Enumerable.Range(0, writers).Select(writer => OnThread(() => Write(mailbox, writer, notes, new Random((seed * 100) + writer)))).ToArray();
            await Patience.For(Task.WhenAll(writing), $"Seed {seed}: the writers did not end.");
            await Patience.For(reading, $"Seed {seed}: the reader slept on, or lost a note.");
        }
    }

    [Fact]
    public async Task No_post_is_slept_through()
    {
        // Strictly in turn: each post finds the reader falling asleep or awake. One lost wake-up, and all stands still.
        const int rounds = 50_000;
        var there = new Mailbox<Note>();
        var back = new Mailbox<Note>();
        var echo = Task.Run(async () =>
        {
            for (var i = 0; i < rounds; i++)
            {
                back.Post(await NextAsync(there));
            }
        });
        var call = Task.Run(async () =>
        {
            var note = new Note(0, 0);
            for (var i = 0; i < rounds; i++)
            {
                there.Post(note);
                note = await NextAsync(back);
            }
        });
        await Patience.For(Task.WhenAll(echo, call), "A post woke nobody.");
    }

    [Fact]
    public async Task A_reader_whose_wake_is_held_wakes_when_it_is_let_go_and_finds_everything()
    {
        // Many times, because who is woken too early may not have come far when it is looked for.
        Mailbox<Note>[] mailboxes = [new(), new()];
        for (var round = 0; round < 200; round++)
        {
            var readers = mailboxes.Select(mailbox => mailbox.WaitAsync().AsTask()).ToArray();
            await Patience.For(OnThread(() => Post(readers)), "the writer did not end");
            await Patience.For(Task.WhenAll(readers), "a reader was never woken");
            Assert.All(mailboxes, mailbox => Assert.Equal([0, 1], new[] { Take(mailbox), Take(mailbox) }));
        }

        void Post(Task[] readers)
        {
            using (HeldWakes.Begin())
            {
                mailboxes[0].Post(new Note(0, 0));
                using (HeldWakes.Begin())
                {
                    mailboxes[1].Post(new Note(0, 0));
                }

                // What is ready before this is on its way when it has run.
                using var sentinel = new ManualResetEventSlim();
                ThreadPool.UnsafeQueueUserWorkItem(static ran => ran.Set(), sentinel, preferLocal: false);
                Assert.True(sentinel.Wait(TimeSpan.FromSeconds(60)), "The pool stands still.");
                Assert.All(readers, reader => Assert.False(reader.IsCompleted));
                Array.ForEach(mailboxes, mailbox => mailbox.Post(new Note(0, 1)));
                var sleeps = 0L;
                Assert.All(mailboxes, mailbox => Assert.False(mailbox.IsQuiet(ref sleeps)));
            }
        }

        static int Take(Mailbox<Note> mailbox) => mailbox.TryTake(out var note) ? note.Number : -1;
    }

    [Fact]
    public async Task No_nudge_is_slept_through()
    {
        // The reader looks at something besides its mail, which a nudge tells of: the channel that closed, in the publishing loops.
        var mailbox = new Mailbox<Note>();
        var said = 0;
        var seen = 0;
        const int rounds = 50_000;
        var reader = Task.Run(async () =>
        {
            while (Volatile.Read(ref seen) < rounds)
            {
                Volatile.Write(ref seen, Volatile.Read(ref said));
                if (Volatile.Read(ref seen) < rounds)
                {
                    await mailbox.WaitAsync();
                }
            }
        });
        var nudger = OnThread(() =>
        {
            for (var i = 1; i <= rounds; i++)
            {
                Volatile.Write(ref said, i);
                mailbox.Nudge();
                if (i % 16 == 0)
                {
                    SpinWait.SpinUntil(() => Volatile.Read(ref seen) == i, TimeSpan.FromSeconds(60));
                }
            }
        });
        await Patience.For(nudger, "A nudge woke nobody.");
        await Patience.For(reader, "The last nudge woke nobody.");
    }

    [Fact]
    public async Task A_pool_never_has_one_node_out_twice()
    {
        var pool = new NodePool<Note>(() => new Note(0, 0));
        var mailboxes = Enumerable.Range(0, 3).Select(_ => new Mailbox<Note>()).ToArray();
        var returners = mailboxes.Select(mailbox => Task.Run(async () =>
        {
            while (await mailbox.WaitAsync())
            {
                while (mailbox.TryTake(out var note))
                {
                    Assert.Equal(0, Interlocked.Decrement(ref note.Holders));
                    pool.Return(note);
                }
            }
        })).ToArray();

        var distinct = new HashSet<Note>();
        for (var i = 0; i < 100_000; i++)
        {
            var note = pool.Rent();
            Assert.Equal(1, Interlocked.Increment(ref note.Holders));
            distinct.Add(note);
            mailboxes[i % mailboxes.Length].Post(note);
        }

        Array.ForEach(mailboxes, mailbox => mailbox.Complete());
        await Patience.For(Task.WhenAll(returners), "A returner did not end.");
        Assert.InRange(distinct.Count, 1, 99_999); // They do come back.
    }

    private static async Task ReadAsync(Mailbox<Note> mailbox, int writers, int notes)
    {
        var next = new int[writers];
        var left = writers * notes;
        while (left > 0)
        {
            var note = await NextAsync(mailbox);
            Assert.Equal(next[note.Writer]++, note.Number);
            left--;
        }

        Assert.False(mailbox.TryTake(out _), "More was read than was written.");
    }

    private static async Task<Note> NextAsync(Mailbox<Note> mailbox)
    {
        Note? note;
        while (!mailbox.TryTake(out note))
        {
            Assert.True(await mailbox.WaitAsync());
        }

        return note;
    }

    private static void Write(Mailbox<Note> mailbox, int writer, int notes, Random chance)
    {
        for (var number = 0; number < notes; number++)
        {
            mailbox.Post(new Note(writer, number));
            switch (chance.Next(20))
            {
                case 0:
                    Thread.Yield();
                    break;
                case 1:
                    Thread.SpinWait(chance.Next(500));
                    break;
            }
        }
    }

    // A thread of its own each, so that writers run at once even on a thread pool that grows slowly.
    private static Task OnThread(Action action) => Task.Factory.StartNew(action, default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
