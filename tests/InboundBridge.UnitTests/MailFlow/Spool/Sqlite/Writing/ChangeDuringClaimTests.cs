using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.MailFlow.Spool.Sqlite.Retention;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// A claim reads while a write changes a delivery: what was read may be out of date, and must not be attempted. After a write that failed
/// the delivery must not be forgotten either.
/// </summary>
public sealed class ChangeDuringClaimTests : IDisposable
{
    private readonly WriterSample _sample = new();

    public static TheoryData<string> Writes => ["cancel", "erase", "complete"];

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_delivery_is_not_claimed_as_it_was_before_a_change(string kind)
    {
        var write = Write(kind, _sample.Add("m1"));
        using var before = _sample.Claim();
        _sample.Session.Begin();
        write.Apply(_sample.Session);
        // Its transaction can't be read yet. Nobody knows whether it will be durable.
        Assert.False(_sample.Claims.IsFree("m1", before, out var freeAt));
        Assert.Equal(_sample.Now, freeAt);
        _sample.Session.Commit();
        Assert.False(_sample.Claims.IsFree("m1", before, out _));
        write.Committed();
        Assert.False(_sample.Claims.IsFree("m1", before, out freeAt));
        if (kind != "erase")
            Assert.Null(freeAt);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task After_a_change_that_failed_a_delivery_can_be_claimed_again(string kind)
    {
        var write = Write(kind, _sample.Add("m1"));
        using (var before = _sample.Claim())
        {
            _sample.RollBack(write);
            var outcome = write.Completion;
            write.Fail(new SpoolUnavailableException("the disk is full"));
            await Assert.ThrowsAsync<SpoolUnavailableException>(async () => await outcome);
            // This claim passes it over, and is told to ask again.
            Assert.False(_sample.Claims.IsFree("m1", before, out var freeAt));
            Assert.Equal(_sample.Now, freeAt);
        }
        using var after = _sample.Claim();
        Assert.True(_sample.Claims.IsFree("m1", after, out _));
    }

    public void Dispose() => _sample.Dispose();

    private SpoolWrite Write(string kind, long seq)
    {
        var delivered = _sample.Delivery("m1") with { State = DeliveryState.Delivered, Attempts = 1, EndedAt = _sample.Now };
        var change = new DeliveryChange { Kind = DeliveryChangeKind.Cancel, Filter = new DeliveryFilter(), At = _sample.Now };
        return kind switch
        {
            "cancel" => new ChangeWrite(change, [seq << SpoolSchema.OrdinalBits], _sample.Claims),
            "erase" => new EraseWrite("m1", _sample.Now, _sample.Claims, _sample.Recent, _sample.Deleted.Add),
            _ => new CompletionWrite(
                new DeliveryCompletion { Delivery = delivered }, [], _sample.Options, _sample.Claims, _sample.Recent, _sample.Deleted.Add),
        };
    }
}
