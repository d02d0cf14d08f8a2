using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.ForgedResults;

namespace InboundBridge.UnitTests.MailFlow.Reception.ForgedResults;

/// <summary>
/// Forged Authentication-Results fields are removed (RFC 8601 §5), in whatever pieces a message arrives, and no other octet is.
/// </summary>
public class ForgedResultsTests
{
    private static readonly string[] Ids = ["mx.example.com", "xn--bcher-kva.example"];

    public static TheoryData<string, string> Cases => new()
    {
        { "plain", "A: 1\r\n[Authentication-Results: mx.example.com; spf=pass\r\n]B: 2\r\n\r\nbody\r\n" },
        { "first and only", "[Authentication-Results: mx.example.com; spf=pass\r\n]\r\nbody\r\n" },
        { "folded", "A: 1\r\n[Authentication-Results:\r\n mx.example.com;\r\n\tspf=pass\r\n smtp.mailfrom=x\r\n]B: 2\r\n\r\n" },
        { "two in a row",
            "[Authentication-Results: mx.example.com; none\r\n][AUTHENTICATION-RESULTS: MX.EXAMPLE.COM 1; none\r\n]B: 2\r\n\r\n" },
        { "comments in front", "[Authentication-Results: (a (nested\\) one) \"x\") mx.example.com (c) 1; none\r\n]B: 2\r\n\r\n" },
        { "quoted", "[Authentication-Results: \"mx.exa\\mple.com\"; none\r\n]B: 2\r\n\r\n" },
        { "white space before the colon", "[Authentication-Results \t: mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "with a final dot", "[Authentication-Results: mx.example.com.; none\r\n]B: 2\r\n\r\n" },
        { "in U-labels", "[Authentication-Results: b\u00fccher.example; none\r\n]B: 2\r\n\r\n" },
        { "name hidden behind a comment", "[Authentication-Results: (" + new string('x', 5000)
            + ") mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "last field, mail ends", "A: 1\r\n[Authentication-Results: mx.example.com; none\r\n]" },
        { "bare LF", "A: 1\n[Authentication-Results: mx.example.com; none\n]B: 2\n\nAuthentication-Results: mx.example.com; none\n" },
        { "somebody else's", "Authentication-Results: mx.example.org; spf=pass\r\nB: 2\r\n\r\n" },
        { "somebody else's, folded", "Authentication-Results:\r\n\tsub.mx.example.com;\r\n\tspf=pass mx.example.com\r\nB: 2\r\n\r\n" },
        { "longer names", "Authentication-Results-Old: mx.example.com; x\r\nX-Authentication-Results: mx.example.com; x\r\n\r\n" },
        { "ARC keeps its own", "ARC-Authentication-Results: i=1; mx.example.com; spf=pass\r\n\r\n" },
        { "a cut name", "Authentication-Result: mx.example.com; x\r\nAuthentication\r\n\r\n" },
        { "no name at all", "Authentication-Results:\r\nAuthentication-Results: ;\r\nAuthentication-Results: (open\r\n\r\n" },
        { "in the body", "A: 1\r\n\r\nAuthentication-Results: mx.example.com; spf=pass\r\n" },
        { "no header", "\r\nAuthentication-Results: mx.example.com; spf=pass\r\n" },
        { "a CR that ends nothing", "\rX\r\n[Authentication-Results: mx.example.com; none\r\n]\r\nbody" },
        { "in a continuation", "Subject: x\r\n Authentication-Results: mx.example.com; spf=pass\r\n\r\n" },
        { "ends in the name", "A: 1\r\nAuthentication-Res" },
        { "behind a bare CR", "X: 1\r[Authentication-Results: mx.example.com; spf=pass\r\n]B: 2\r\n\r\nbody" },
        { "behind CR CR LF", "X: 1\r\r\n[Authentication-Results: mx.example.com; none\r\n]B: 2\r\n\r\nbody" },
        { "behind an empty line of CR", "X: 1\r\r[Authentication-Results: mx.example.com; none\r\n]B: 2\r\n\r\nbody" },
        { "ended by a bare CR", "[Authentication-Results: mx.example.com; none\r]B: 2\r\n\r\n" },
        { "behind an LF that is empty for some",
            "A: 1\r\nB: 2\n\n[Authentication-Results: mx.example.com; none\r\n]\r\nAuthentication-Results: mx.example.com; x\r\n" },
        { "behind LF CR LF", "A: 1\n\r\n[Authentication-Results: mx.example.com; none\r\n]\r\nbody" },
        { "behind a line of blanks", "A: 1\r\n \t\r\n[Authentication-Results: mx.example.com; none\r\n]\r\nbody" },
        { "behind what is no field", "garbage\r\n[Authentication-Results: mx.example.com; none\r\n]\r\nbody" },
        { "NUL in front", "\0A: 1\r\n[\0Authentication-Results: mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "NUL in the name", "[Authen\0tication-Results: mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "NUL in whose it is", "[Authentication-Results: mx.exa\0mple.com\0; none\r\n]B: 2\r\n\r\n" },
        { "letters that fold to s and i", "[Authent\u0131cat\u0130on-Result\u017f: mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "a blank that some trim", "[Authentication-Results\u00a0: mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "a blank inside of the name", "[Authentication -Results: mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "folded in front of the colon", "A: 1\r\n[Authentication-Results\r\n : mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "folded inside of the name", "[Authentication-\r\n\tResults: mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "a name without a colon", "Authentication-Results\r\nB: 2\r\n\r\n" },
        { "name hidden behind blanks", "[Authentication-Results" + new string(' ', 5000) + ": mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "folded inside of whose it is", "[Authentication-Results: mx.\r\n example.com; none\r\n]B: 2\r\n\r\n" },
        { "a comment inside of whose it is", "[Authentication-Results: mx.(c)example.com 1; none\r\n]B: 2\r\n\r\n" },
        { "a quote without an end", "[Authentication-Results: \"mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "a comment without an end", "[Authentication-Results: (open mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "nobody, and then us", "[Authentication-Results: ; mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "an encoded word", "[Authentication-Results: =?utf-8?q?mx=2Eexample=2Ecom?=; dmarc=pass\r\n]B: 2\r\n\r\n" },
        { "an encoded word in base64", "[Authentication-Results: =?utf-8?b?bXguZXhhbXBsZS5jb20=?=; none\r\n]B: 2\r\n\r\n" },
        { "an encoded word of two", "[Authentication-Results: =?us-ascii?q?mx=2Eexa?=\r\n =?us-ascii?q?mple=2Ecom?= 1; none\r\n]B: 2\r\n\r\n" },
        { "an encoded word with a semicolon", "[Authentication-Results: =?utf-8?q?mx=2Eexample=2Ecom;_dmarc=3Dpass?=\r\n]B: 2\r\n\r\n" },
        { "an encoded word in a quoted string", "[Authentication-Results: \"=?utf-8?q?mx.example=2Ecom?=\"; none\r\n]B: 2\r\n\r\n" },
        { "an encoded word for a part", "[Authentication-Results: mx.=?utf-8?q?example?=.com; none\r\n]B: 2\r\n\r\n" },
        { "an encoded name in U-labels", "[Authentication-Results: =?utf-8?q?b=C3=BCcher.example?=; none\r\n]B: 2\r\n\r\n" },
        { "an A-label in capitals", "[Authentication-Results: XN--BCHER-KVA.EXAMPLE; none\r\n]B: 2\r\n\r\n" },
        { "percent signs", "[Authentication-Results: mx%2eexample.com; none\r\n]B: 2\r\n\r\n" },
        { "full-width letters", "[Authentication-Results: \uff4dx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "ideographic dots", "[Authentication-Results: mx\u3002example\uff61com; none\r\n]B: 2\r\n\r\n" },
        { "a soft hyphen", "[Authentication-Results: mx.ex\u00adample.com; none\r\n]B: 2\r\n\r\n" },
        { "a blank that is not shown", "[Authentication-Results: mx.example.com\u200b; none\r\n]B: 2\r\n\r\n" },
        { "a blank that does not break", "[Authentication-Results: \u00a0mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "an escaped name", "[Authentication-Results: \\m\\x.example.com; none\r\n]B: 2\r\n\r\n" },
        { "a name and a version", "[Authentication-Results: mx.example.com/1; none\r\n]B: 2\r\n\r\n" },
        { "a port", "[Authentication-Results: mx.example.com:25; none\r\n]B: 2\r\n\r\n" },
        { "angle brackets", "[Authentication-Results: <mx.example.com>; none\r\n]B: 2\r\n\r\n" },
        { "an at sign", "[Authentication-Results: @mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "two names", "[Authentication-Results: x, mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "behind another name", "[Authentication-Results: x mx.example.com; none\r\n]B: 2\r\n\r\n" },
        { "a tab inside", "[Authentication-Results: mx.exa\vmple.com; none\r\n]B: 2\r\n\r\n" },
        { "an equals sign", "[Authentication-Results: mx.example.com=1; none\r\n]B: 2\r\n\r\n" },
        { "names that contain it", "Authentication-Results: mx.example.com.evil.test; none\r\nAuthentication-Results: mx.example.community; x\r\n\r\n" },
        { "somebody else's, who mentions us", "Authentication-Results: other.example (for mx.example.com) 1; spf=pass\r\n\r\n" },
        { "somebody else's in U-labels", "Authentication-Results: b\u00f6cher.example; none\r\n\r\n" },
        { "somebody else's encoded word", "Authentication-Results: =?utf-8?q?other=2Eexample?=; spf=pass\r\n\r\n" },
        { "bare CRs in the body", "A: 1\r\n\r\n\rAuthentication-Results: mx.example.com; x\r\n" },
        { "a header without an end", "A: 1\r\n[Authentication-Results: mx.example.com; none\r\n]B: 2" },
        { "empty", "" },
    };

    /// <param name="what">Names the case.</param>
    /// <param name="marked">The message; brackets mark what must be removed.</param>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Forged_fields_are_removed_and_nothing_else_changes(string what, string marked)
    {
        var given = marked.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        var expected = System.Text.RegularExpressions.Regex.Replace(marked, "\\[[^\\]]*\\]", "");
        foreach (var (
            chunk, room) in new[] { (1, 1), (1, 64), (2, 3), (3, 7), (7, 4096), (64, 5), (int.MaxValue, 1), (int.MaxValue, 4096) })
            Assert.Equal((what, expected), (what, await ThroughAsync(given, chunk, room)));
    }

    [Fact]
    public async Task The_stored_message_has_no_forged_results()
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            "rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]");
        reception.Services.CurrentPolicy = reception.Services.CurrentPolicy with { AuthservIds = ["mx.example.com"] };
        const string Rest = "From: a@b.example\nAuthentication-Results: other.example; spf=fail\n\nbody\n";
        await reception.SendAsync("Authentication-Results: mx.example.com; dmarc=pass\n" + Rest, "a@example.com");
        var stored = await reception.StoredAsync(Assert.Single(await reception.DeliveriesAsync()).MessageId);
        Assert.EndsWith("+0000\r\n" + Rest.ReplaceLineEndings("\r\n"), stored, StringComparison.Ordinal);
    }

    private static async Task<string> ThroughAsync(string mail, int chunk, int room)
    {
        var body = new TextBody(mail, chunk);
        var sieve = new HeaderSieve(Ids);
        using var kept = new MemoryStream();
        var buffer = new byte[room];
        while (true)
        {
            for (int held; (held = sieve.Take(buffer)) > 0;)
                kept.Write(buffer, 0, held);
            var arrived = await body.ReadAsync(buffer, CancellationToken.None);
            if (arrived == 0 && sieve.End())
                break;
            kept.Write(buffer, 0, sieve.Sift(buffer.AsSpan(0, arrived)));
        }
        Assert.Equal(0, sieve.Take(buffer));
        return Encoding.UTF8.GetString(kept.ToArray());
    }
}
