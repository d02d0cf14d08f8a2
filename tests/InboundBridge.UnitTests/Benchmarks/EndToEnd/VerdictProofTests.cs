using System.Text;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

public class VerdictProofTests
{
    [Theory]
    [InlineData("Authentication-Results: mx; dkim=pass header.d=a; spf=pass\r\nSubject: x\r\n\r\nbody")]
    [InlineData("Subject: x\nauthentication-results: mx;\n\tdkim=pass (2048-bit key)\nAuthentication-Results: mx; spf=pass\n\nbody")]
    [InlineData("""{"type":"x","data":{"authentication_results":"mx; spf=pass; dkim=pass"}}""")]
    public void Results_are_read_from_fields_and_from_json(string mail) => VerdictProof.Haraka.Check("x", Encoding.UTF8.GetBytes(mail));

    [Theory]
    [InlineData("Authentication-Results: mx; dkim=fail; spf=pass\r\n\r\n", "dkim=pass")]
    [InlineData("Subject: dkim=pass spf=pass\r\n\r\nAuthentication-Results: mx; dkim=pass; spf=pass\r\n", "spf=pass, dkim=pass")]
    [InlineData("Authentication-Results: mx; spf=pass\r\nX: a\r\n dkim=pass\r\n\r\n", "dkim=pass")]
    [InlineData("""{"data":{"authentication_results":null,"text":"dkim=pass spf=pass"}}""", "spf=pass, dkim=pass")]
    public void What_was_not_checked_ends_the_measurement(string mail, string missing)
    {
        var error = Assert.Throws<InvalidOperationException>(() => VerdictProof.Haraka.Check("haraka", Encoding.UTF8.GetBytes(mail)));
        Assert.StartsWith($"haraka does not say {missing}, but:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_dmarc_must_say_so() =>
        Assert.Throws<InvalidOperationException>(
            () => VerdictProof.Postfix.Check("postfix", "Authentication-Results: mx; dkim=pass; spf=pass\r\n\r\n"u8));
}
