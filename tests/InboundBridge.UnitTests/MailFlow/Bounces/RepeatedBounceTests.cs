using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Metrics;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

/// <summary>One bounce for a message, recipient and piece of news, and not too many for a sender.</summary>
public class RepeatedBounceTests
{
    [Fact]
    public async Task The_same_end_asked_again_gives_a_bounce_again()
    {
        await using var bounces = await BounceFixture.OpenAsync(options => options with { PerSender = 1 });
        var end = bounces.Failed(bounces.Message());
        Assert.NotNull(await bounces.TellAsync(end));
        Assert.NotNull(await bounces.TellAsync(end));
    }

    [Fact]
    public async Task A_second_delivery_of_the_mail_that_fails_is_not_told()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var end = bounces.Failed(bounces.Message());
        Assert.NotNull(await bounces.TellAsync(end));
        Assert.Null(await bounces.TellAsync(end with { Delivery = end.Delivery with { Id = "other" }, Expired = true }));
    }

    [Fact]
    public async Task After_a_restart_the_stored_bounce_is_found()
    {
        await using var first = await BounceFixture.OpenAsync();
        await using var second = await BounceFixture.OpenAsync();
        var message = first.Message();
        await second.KeepAsync((await second.TellAsync(second.Failed(message)))!);
        var afterwards = new DeliveryEnd(
            second.Delivery(message) with { Id = "other" }, message, message.Envelope.Recipients, DeliveryState.Dead,
            BounceFixture.Refusal(), false, BounceFixture.Destination());
        Assert.Null(await second.TellAsync(afterwards));
    }

    [Fact]
    public async Task A_delivery_that_an_operator_retries_is_not_told_again()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        await using var staged = await Spool.SampleMail.StageAsync(bounces.Spool, "kept", [1, 2, 3]);
        var message = bounces.Message() with { Id = "kept" };
        var delivery = bounces.Delivery(message);
        await bounces.Spool.CommitAsync(
            staged, message with { Sha256 = staged.Sha256, Size = 3 }, [delivery], NewClaims.None, CancellationToken.None);
        await bounces.Spool.CompleteAsync(
            new DeliveryCompletion
            {
                Delivery = delivery with { State = DeliveryState.Dead, Attempts = 1 },
                Attempt = new FailedAttempt(1, FakeTime.Start, TimeSpan.Zero, "failed", BounceFixture.Refusal()),
            },
            CancellationToken.None);
        Assert.Null(await bounces.TellAsync(bounces.Failed(message) with { Delivery = delivery with { Version = 2 } }));
    }

    [Fact]
    public async Task A_replay_is_the_operators_and_not_told()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var end = bounces.Failed(bounces.Message());
        Assert.Null(await bounces.TellAsync(end with { Delivery = end.Delivery with { IsReplay = true } }));
    }

    [Fact]
    public async Task A_sender_gets_so_many_in_an_hour()
    {
        await using var bounces = await BounceFixture.OpenAsync(options => options with { PerSender = 2 });
        Assert.NotNull(await bounces.TellAsync(bounces.Failed(bounces.Message())));
        Assert.NotNull(await bounces.TellAsync(bounces.Failed(bounces.Message())));
        Assert.Null(await bounces.TellAsync(bounces.Failed(bounces.Message())));
        Assert.Contains(
            "inboundbridge_bounces_suppressed_total{why=\"limited\"} 1", await MetricsText.ReadAsync(bounces.Registry),
            StringComparison.Ordinal);
        bounces.Clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await bounces.TellAsync(bounces.Failed(bounces.Message())));
    }

    [Fact]
    public async Task A_domain_gets_so_many_in_an_hour()
    {
        await using var bounces = await BounceFixture.OpenAsync(options => options with { PerDomain = 1 });
        Assert.NotNull(await bounces.TellAsync(bounces.Failed(bounces.Message())));
        var other = bounces.Message(BounceFixture.Envelope() with { Sender = "bea@example.org" });
        Assert.Null(await bounces.TellAsync(bounces.Failed(other)));
    }
}
