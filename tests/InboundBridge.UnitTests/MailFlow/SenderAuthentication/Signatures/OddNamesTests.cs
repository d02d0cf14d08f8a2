using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures;

public class OddNamesTests
{
    private static readonly LenientName[] Names = [new("From"), new("Subject"), new("Cc"), new("Message-ID")];

    /// <summary>A header, and the names that one of its fields is taken for.</summary>
    [Theory]
    [InlineData("Subject: x\r\nFrom: y\r\n", "")]
    [InlineData("Sub\0ject: x\r\n", "Subject")]
    [InlineData("Sub\rject: x\r\n", "Subject")]
    [InlineData("Subject\r\n : x\r\n", "Subject")]
    [InlineData("X: y\rSubject: x\r\n", "Subject")]
    [InlineData("X: y\r\r\0\r \rSubject: x\rcC\u0001: x\r\n", "Cc Subject")]
    [InlineData("X: y\r\0\r\u00ff\rS\0\ru\rbject: x\r\n", "Subject")]
    [InlineData("X: y\rs\rs\rsubject: x\r\n", "Subject")]
    [InlineData("X: y\rXSubject: x\r\n", "")]
    [InlineData("X: y\rSubjects: x\r\n", "")]
    [InlineData("X: y\rSubject\r\n", "")]
    [InlineData("X: y\r\n Subject: x\r\n", "")]
    [InlineData("\u00c5\u00bfubject: x\r\n", "Subject")]
    [InlineData("\u00c5\u00bfsubject: x\r\n", "Subject")]
    [InlineData("Me\u00c5\u00bf\u00c5\u00bfage-\u00c4\u00b0D: x\r\nX: y\rMessage-\u00c4\u00b1d: x\r\n", "Message-ID")]
    [InlineData("\u00c5\u00beubject: x\r\n", "")]
    public void A_name_is_found_as_lenient_programs_find_it(string header, string expected)
    {
        using var fields = new HeaderFields(SlowCanon.Octets(header));
        Assert.Equal(expected, string.Join(' ', new OddNames(Names).Find(fields).Select(name => name.Text).Order(StringComparer.Ordinal)));
    }

    /// <summary>
    /// Every CR begins a line for some program. A comparison for each of them over all that follows would take minutes for such headers.
    /// </summary>
    [Theory]
    [InlineData("X: ", "\r", "y\r\n")]
    [InlineData("X: ", "\r\0", "y\r\n")]
    [InlineData("X: ", "\r ", "y\r\n")]
    [InlineData("X: ", "\r\u00ff", "y\r\n")]
    [InlineData("X: ", "\r\u00c5\u00bf", "y\r\n")]
    [InlineData("X: \rSubjec", "\r\0", "y\r\n")]
    [InlineData("X: \rc\r\0\rc\rc\0\rc", "\0\r", "y\r\n")]
    [InlineData("", "\0", "y: z\r\n")]
    [InlineData("X: ", "\rs\ru\rb\rj\re\rc\rt", "y\r\n")]
    public void A_hostile_header_costs_work_in_proportion_to_its_size(string before, string repeated, string after)
    {
        var header = SlowCanon.Octets(before + string.Concat(Enumerable.Repeat(repeated, 1_000_000 / repeated.Length)) + after);
        using var fields = new HeaderFields(header);
        var odd = new OddNames(Names);
        odd.Find(fields);
        Assert.InRange(odd.Compared, 0, 4L * header.Length);
    }
}
