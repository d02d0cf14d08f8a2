using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures.Headers;

public class HeaderTextTests
{
    private const int Fields = 5000;

    /// <summary>RFC 6376 §3.4.5.</summary>
    [Theory]
    [InlineData("A: X\r\n", "a:X\r\n")]
    [InlineData("B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n")]
    [InlineData("Subject:\r\n", "subject:\r\n")]
    [InlineData("Subject: \r\n \r\n", "subject:\r\n")]
    [InlineData("Subject: a", "subject:a\r\n")]
    [InlineData("Subject: a\n", "subject:a\r\n")]
    [InlineData("Subject: a\r b \r\n", "subject:a\r b\r\n")]
    [InlineData("X\u00c4: \u00e4\r\n", "x\u00c4:\u00e4\r\n")]
    public void A_relaxed_field_is_unfolded(string field, string expected) => Assert.Equal(expected, Of(field, Canonicalization.Relaxed));

    [Theory]
    [InlineData("A: X\r\n", "A: X\r\n")]
    [InlineData("B : Y\t\r\n\tZ  \r\n", "B : Y\t\r\n\tZ  \r\n")]
    [InlineData("Subject: a", "Subject: a\r\n")]
    public void A_simple_field_is_as_it_came(string field, string expected) => Assert.Equal(expected, Of(field, Canonicalization.Simple));

    [Fact]
    public void Any_field_has_its_canonical_form()
    {
        var random = new Random(11);
        string[] pieces = [" ", "\t", "\r\n ", "\r\n\t", "\r", "a", "word", ":", ";", "\u00e4", "\n ", "   "];
        for (var round = 0; round < Fields; round++)
        {
            var field = "Na-Me" + (random.Next(2) == 0 ? ":" : " \t:")
                + string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => pieces[random.Next(pieces.Length)])) + "\r\n";
            foreach (var form in new[] { Canonicalization.Simple, Canonicalization.Relaxed })
                Assert.Equal(SlowCanon.Field(field, form == Canonicalization.Relaxed), Of(field, form));
        }
    }

    [Theory]
    [InlineData("S: b=abc; d=e\r\n", 5, 8, "S: b=; d=e", "s:b=; d=e")]
    [InlineData("S: d=e; b= ab\r\n c\r\n", 10, 18, "S: d=e; b=", "s:d=e; b=")]
    public void A_signature_leaves_out_its_value_and_its_line_end(string field, int start, int end, string simple, string relaxed)
    {
        Assert.Equal(simple, Unsigned(field, start..end, Canonicalization.Simple));
        Assert.Equal(relaxed, Unsigned(field, start..end, Canonicalization.Relaxed));
    }

    private static string Of(string field, Canonicalization form)
    {
        using var target = new OctetBuffer();
        HeaderText.Append(target, SlowCanon.Octets(field), form);
        return SlowCanon.Text(target.Span.ToArray());
    }

    private static string Unsigned(string field, Range signature, Canonicalization form)
    {
        using var target = new OctetBuffer();
        using var scratch = new OctetBuffer();
        HeaderText.AppendUnsigned(target, SlowCanon.Octets(field), signature, form, scratch);
        return SlowCanon.Text(target.Span.ToArray());
    }
}
