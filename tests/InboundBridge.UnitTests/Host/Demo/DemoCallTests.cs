using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.Demo;

namespace InboundBridge.UnitTests.Host.Demo;

/// <summary>The demo's receiver verifies signatures as docs/webhooks.md tells users to.</summary>
public sealed class DemoCallTests
{
    [Theory]
    [InlineData("{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", true)]
    [InlineData("{\"test\": 2432232314}", "v1,other v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", true)]
    [InlineData("{\"test\": 2432232315}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("{\"test\": 2432232314}", "", false)]
    public void The_signature_of_the_documentation_is_verified(string body, string signature, bool expected) => Assert.Equal(
        expected,
        DemoCall.IsSignedBy(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", Encoding.UTF8.GetBytes(body),
            signature));

    [Fact]
    public void Long_texts_and_contents_of_attachments_are_cut()
    {
        var data = (JsonObject)JsonNode.Parse(
            $$$"""
            {"id":"m","subject":"S","envelope":{"sender":"a@b.test"},"text":"{{{new string('x', 500)}}}","attachments":[{"content":"AA=="}]}
            """)!;
        var call = DemoCall.Of(DateTimeOffset.UnixEpoch, "id", "/inbox", true, data);
        Assert.Equal(("m", "S", "a@b.test"), (call.MessageId, call.Subject, call.Sender));
        Assert.DoesNotContain("AA==", call.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 401), call.Body, StringComparison.Ordinal);
    }
}
