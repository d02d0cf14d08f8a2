using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>The result of an attempt: what is kept of earlier ones, in memory, and after a rollback.</summary>
public sealed class CompletionWriteTests : IDisposable
{
    private readonly WriterSample _sample = new();

    [Fact]
    public void The_last_hundred_attempts_are_kept()
    {
        var seq = _sample.Add("m1");
        RecordAttempt(version: 0, number: 1, minute: 1);
        RecordAttempt(version: 1, number: 2, minute: 2);
        RecordAttempt(version: 2, number: 100, minute: 100);
        Assert.Equal([1, 2, 100], Attempts(seq));
        RecordAttempt(version: 3, number: 101, minute: 101);
        Assert.Equal([2, 100, 101], Attempts(seq));
    }

    /// <summary>After an operator's retry the numbers begin again with 1, while an attempt from before may still be under way.</summary>
    [Fact]
    public void A_late_result_deletes_no_attempt_that_began_after_it()
    {
        var seq = _sample.Add("m1");
        RecordAttempt(version: 0, number: 1, minute: 200);
        RecordAttempt(version: 1, number: 101, minute: 100);
        Assert.Equal([101, 1], Attempts(seq));
    }

    [Fact]
    public void Octets_stay_in_memory_while_their_delivery_is_open_and_no_longer()
    {
        _sample.Add("m1");
        _sample.Recent.Add("m1", new MailBuffer(BodyPool.Rent(3), 3, 0), readers: 1);
        RecordAttempt(version: 0, number: 1, minute: 1);
        using (var content = _sample.Recent.Find("m1"))
            Assert.NotNull(content);
        _sample.Commit(Completion(Delivery(version: 1) with { State = DeliveryState.Dead, EndedAt = _sample.Now }));
        Assert.Null(_sample.Recent.Find("m1"));
    }

    [Fact]
    public void What_follows_from_a_mail_is_kept_if_its_erasure_was_rolled_back()
    {
        var seq = _sample.Add("m1", DeliveryState.Cancelled);
        var completion = Completion(Delivery(version: 0) with { State = DeliveryState.Dead, EndedAt = _sample.Now });
        _sample.Session.Begin();
        MessageRemoval.DropOctets(_sample.Session, seq, []);
        completion.Apply(_sample.Session);
        Assert.False(completion.KeepsFollowUps);
        _sample.Session.RollBack();
        _sample.Commit(completion);
        Assert.True(completion.KeepsFollowUps);
    }

    public void Dispose() => _sample.Dispose();

    private void RecordAttempt(long version, int number, int minute)
    {
        var retrying = Delivery(version) with { State = DeliveryState.Retrying, Attempts = number };
        var attempt = new FailedAttempt(
            number, _sample.Now.AddMinutes(minute), TimeSpan.Zero, "retry", DeliveryReply.FromText($"reply {number}"));
        _sample.Commit(Completion(retrying, attempt));
    }

    private CompletionWrite Completion(SpooledDelivery delivery, FailedAttempt? attempt = null) => new(
        new DeliveryCompletion { Delivery = delivery, Attempt = attempt }, [], _sample.Options, _sample.Claims, _sample.Recent,
        _sample.Deleted.Add);

    private SpooledDelivery Delivery(long version) => _sample.Delivery("m1") with { Version = version };

    private List<long> Attempts(long seq) => _sample.Session
        .Statement("SELECT number FROM attempts WHERE delivery = ?1 ORDER BY started_at").Bind(1, seq << SpoolSchema.OrdinalBits)
        .ReadAll(row => row.Number(0));
}
