using BrokerServe.Client.Publishing;
using BrokerServe.Client.Tests.Harness;

namespace BrokerServe.Client.Tests;

/// <summary>The mailbox of the publishing loop.</summary>
public sealed class MailboxSpecs
{
    [Fact]
    public void Mail_is_taken_all_at_once_oldest_first()
    {
        var mailbox = new Mailbox();
        var letters = new[] { new Letter(0, 0), new Letter(0, 1), new Letter(0, 2) };
        Array.ForEach(letters, mailbox.Post);

        Assert.Equal(letters, Take(mailbox));
        Assert.Empty(Take(mailbox));
    }

    [Fact]
    public async Task A_reader_that_sleeps_is_woken_by_mail_and_by_a_nudge()
    {
        var mailbox = new Mailbox();

        var byMail = mailbox.WaitAsync().AsTask();
        Assert.False(byMail.IsCompleted);
        mailbox.Post(new Letter(0, 0));
        await Within.ReasonAsync(byMail, "the mail woke the reader");
        Assert.Single(Take(mailbox));

        var byNudge = mailbox.WaitAsync().AsTask();
        Assert.False(byNudge.IsCompleted);
        mailbox.Nudge();
        await Within.ReasonAsync(byNudge, "the nudge woke the reader");
        mailbox.TakeNudge();
        Assert.False(mailbox.WaitAsync().IsCompleted);
    }

    [Fact]
    public void News_from_before_the_reader_came_are_not_waited_for()
    {
        var mailbox = new Mailbox();
        mailbox.Nudge();

        Assert.True(mailbox.WaitAsync().IsCompletedSuccessfully);
        Assert.Empty(Take(mailbox));
        Assert.True(mailbox.WaitAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Many_writers_lose_nothing_and_each_keeps_its_order()
    {
        const int Writers = 4;
        const int Letters = 50_000;
        var mailbox = new Mailbox();
        var reading = ReadAsync(mailbox, Writers * Letters);
        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var n = 0; n < Letters; n++)
            {
                mailbox.Post(new Letter(writer, n));
            }
        }));

        await Within.ReasonAsync(Task.WhenAll(writing), "the writers finished");
        var read = await Within.ReasonAsync(reading, "the reader had everything");

        foreach (var ofWriter in read.GroupBy(letter => letter.Writer))
        {
            Assert.Equal(Enumerable.Range(0, Letters), ofWriter.Select(letter => letter.Number));
        }
    }

    private static async Task<List<Letter>> ReadAsync(Mailbox mailbox, int count)
    {
        var read = new List<Letter>(count);
        while (read.Count < count)
        {
            await mailbox.WaitAsync();
            read.AddRange(Take(mailbox));
        }

        return read;
    }

    private static List<Letter> Take(Mailbox mailbox)
    {
        var taken = new List<Letter>();
        for (var mail = mailbox.TakeAll(); mail is not null; mail = mail.Older)
        {
            taken.Add((Letter)mail);
        }

        return taken;
    }

    private sealed class Letter(int writer, int number) : Mail
    {
        public int Writer => writer;

        public int Number => number;
    }
}
