using BrokerServe.Router.Mailboxes;

namespace BrokerServe.Router.Tests.Mailboxes;

public sealed class MailboxSpecs
{
    private readonly Mailbox<Note> _mailbox = new();

    [Fact]
    public async Task What_was_posted_is_taken_in_order_and_then_the_reader_sleeps()
    {
        _mailbox.Post(new Note(0, 1));
        _mailbox.Post(new Note(0, 2));
        Assert.True(await _mailbox.WaitAsync());
        Assert.Equal(1, Take().Number);
        Assert.Equal(2, Take().Number);
        Assert.False(_mailbox.TryTake(out _));

        var sleep = _mailbox.WaitAsync();
        Assert.False(sleep.IsCompleted);
        _mailbox.Post(new Note(0, 3));
        Assert.True(await Patience.For(sleep.AsTask(), "The post did not wake the reader."));
        Assert.Equal(3, Take().Number);
    }

    [Fact]
    public async Task A_nudge_wakes_the_reader_with_nothing_to_take_now_or_when_it_would_sleep()
    {
        var sleep = _mailbox.WaitAsync();
        _mailbox.Nudge();
        Assert.True(await Patience.For(sleep.AsTask(), "The nudge did not wake the reader."));
        Assert.False(_mailbox.TryTake(out _));

        _mailbox.Nudge();
        Assert.True(_mailbox.WaitAsync().IsCompleted, "A nudge before the wait was forgotten.");
        Assert.False(_mailbox.WaitAsync().IsCompleted, "One nudge woke the reader twice.");
    }

    [Fact]
    public async Task A_completed_mailbox_gives_what_is_in_it_and_then_ends()
    {
        _mailbox.Post(new Note(0, 1));
        _mailbox.Complete();
        Assert.True(await _mailbox.WaitAsync());
        Take();
        Assert.False(await _mailbox.WaitAsync());
        Assert.False(await _mailbox.WaitAsync());
    }

    [Fact]
    public async Task Completion_wakes_a_reader_that_sleeps()
    {
        var sleep = _mailbox.WaitAsync();
        _mailbox.Complete();
        Assert.False(await Patience.For(sleep.AsTask(), "The completion did not wake the reader."));
    }

    [Fact]
    public void A_node_can_be_posted_again_as_soon_as_it_was_taken()
    {
        var note = new Note(0, 1);
        for (var i = 0; i < 100; i++)
        {
            _mailbox.Post(note);
            Assert.Same(note, Take());
        }
    }

    private Note Take()
    {
        Assert.True(_mailbox.TryTake(out var note));
        return note;
    }
}
