using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

/// <summary>What a receiver must take and refuse (the conditions of the public suite).</summary>
public class WebhookVerifierTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string Body = """{"test": 2432232314}""";

    [Theory]
    [InlineData(Id, Timestamp, Signature, true)]
    [InlineData(Id, Timestamp, "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= " + Signature, true)]
    [InlineData(null, Timestamp, Signature, false)]
    [InlineData("", Timestamp, Signature, false)]
    [InlineData(Id, null, Signature, false)]
    [InlineData(Id, "yesterday", Signature, false)]
    [InlineData(Id, "99999999999999999999", Signature, false)]
    [InlineData(Id, Timestamp, null, false)]
    [InlineData(Id, Timestamp, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLawdd", false)]
    [InlineData(Id, Timestamp, "v1,", false)]
    [InlineData("msg_other", Timestamp, Signature, false)]
    [InlineData(Id, "1614265331", Signature, false)]
    public void Only_what_is_signed_is_taken(string? id, string? timestamp, string? signature, bool taken) =>
        Assert.Equal(taken, Verify(id, timestamp, signature, 0));

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void Old_and_future_requests_are_refused(int seconds, bool taken) => Assert.Equal(taken, Verify(Id, Timestamp, Signature, seconds));

    [Fact]
    public async Task Every_request_of_ours_verifies_and_a_changed_one_does_not()
    {
        var handler = new RecordingHandler();
        await DeliverAsync(handler, Options with { Secrets = ["a new one", Secret], Format = "raw" });
        var request = handler.Request;
        var verifier = new WebhookVerifier(Secret, new FakeClock(Now));
        bool VerifyBody(byte[] body) => verifier.Verify(request.Header("webhook-id"), request.Header("webhook-timestamp"), request.Header("webhook-signature"), body);
        Assert.True(VerifyBody(request.Body));
        Assert.False(VerifyBody([.. request.Body, 0]));
    }

    private static bool Verify(string? id, string? timestamp, string? signature, int secondsOff)
    {
        var clock = new FakeClock(DateTimeOffset.FromUnixTimeSeconds(1614265330).AddSeconds(secondsOff));
        return new WebhookVerifier(Secret, clock).Verify(id, timestamp, signature, Encoding.UTF8.GetBytes(Body));
    }
}
