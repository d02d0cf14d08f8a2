using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.MailFlow.Spool.Sqlite.Retention;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// A write whose transaction is rolled back for another one is applied again, and everything may be different by then. What it found the
/// first time must not be deleted.
/// </summary>
public sealed class RepeatedWriteTests : IDisposable
{
    private readonly WriterSample _sample = new();

    [Fact]
    public void A_message_that_is_retried_before_retention_removes_it_is_kept_with_its_octets()
    {
        var seq = _sample.Add("m1", DeliveryState.Dead);
        _sample.Clock.Advance(TimeSpan.FromDays(400));
        var purge = new PurgeWrite([seq], new RetentionRules(_sample.Options, _sample.Now), _sample.Deleted.Add);
        _sample.RollBack(purge);
        Assert.Equal(1, purge.Messages);
        Change(DeliveryChangeKind.Retry, seq);
        _sample.Commit(purge);
        Assert.Equal((0, 0), (purge.Messages, purge.Bodies));
        Assert.Empty(_sample.Deleted);
        Assert.Equal(DeliveryState.Pending, Find(seq));
    }

    [Fact]
    public void A_purge_that_is_applied_twice_counts_once()
    {
        var seq = _sample.Add("m1", DeliveryState.Delivered);
        _sample.Clock.Advance(TimeSpan.FromDays(400));
        var purge = new PurgeWrite([seq], new RetentionRules(_sample.Options, _sample.Now), _sample.Deleted.Add);
        _sample.RollBack(purge);
        _sample.Commit(purge);
        Assert.Equal(1, purge.Messages);
        Assert.Equal(["m1"], _sample.Deleted);
        Assert.Null(Find(seq));
    }

    [Fact]
    public void An_erasure_that_is_applied_twice_reports_each_delivery_once()
    {
        _sample.Add("m1");
        var erasure = new EraseWrite("m1", _sample.Now, _sample.Claims, _sample.Recent, _sample.Deleted.Add);
        _sample.RollBack(erasure);
        _sample.Commit(erasure);
        Assert.Equal("m1", Assert.Single(erasure.Cancelled).Id);
        Assert.Equal(["m1"], _sample.Deleted);
    }

    [Fact]
    public void A_change_that_is_applied_twice_reports_each_delivery_once()
    {
        var seq = _sample.Add("m1");
        var change = Cancel(seq);
        _sample.RollBack(change);
        _sample.Commit(change);
        Assert.Equal((DeliveryState.Cancelled, 1), (Assert.Single(change.Changed).State, change.Changed[0].Version));
    }

    [Fact]
    public void A_completion_that_is_refused_the_second_time_deletes_no_octets()
    {
        var seq = _sample.Add("m1");
        var delivered = _sample.Delivery("m1") with { State = DeliveryState.Delivered, Attempts = 1, EndedAt = _sample.Now };
        var completion = new CompletionWrite(
            new DeliveryCompletion { Delivery = delivered }, [], _sample.Options with { RetainDelivered = TimeSpan.Zero }, _sample.Claims,
            _sample.Recent, _sample.Deleted.Add);
        _sample.RollBack(completion);
        Assert.Equal(CompletionResult.Recorded, completion.Result);
        Change(DeliveryChangeKind.Cancel, seq);
        _sample.Commit(completion);
        Assert.Equal(CompletionResult.Changed, completion.Result);
        Assert.Empty(_sample.Deleted);
        Assert.Equal(DeliveryState.Cancelled, Find(seq));
    }

    public void Dispose() => _sample.Dispose();

    private ChangeWrite Cancel(long seq) => Write(DeliveryChangeKind.Cancel, seq);

    private void Change(DeliveryChangeKind kind, long seq) => _sample.Commit(Write(kind, seq));

    private ChangeWrite Write(DeliveryChangeKind kind, long seq) => new(
        new DeliveryChange { Kind = kind, Filter = new DeliveryFilter(), At = _sample.Now }, [seq << SpoolSchema.OrdinalBits],
        _sample.Claims);

    private DeliveryState? Find(long seq)
    {
        var row = _sample.Session.Statement("SELECT state FROM deliveries WHERE seq = ?1").Bind(1, seq << SpoolSchema.OrdinalBits);
        DeliveryState? state = row.Step() ? (DeliveryState)row.Number(0) : null;
        row.Reset();
        return state;
    }
}
