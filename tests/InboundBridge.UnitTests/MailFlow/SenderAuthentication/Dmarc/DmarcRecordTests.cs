using InboundBridge.MailFlow.SenderAuthentication.Dmarc;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dmarc;

public class DmarcRecordTests
{
    /// <summary>
    /// RFC 7489 §6.4 demanded that <c>p</c> comes second; RFC 9989 §4.8 leaves the order of tags open after the version.
    /// </summary>
    private const string OfOlderRfc = "v=DMARC1; sp=reject; p=reject";

    public static TheoryData<string, bool> Suite =>
        [
            .. PublicSuites.Json("records/syntax.json").EnumerateArray()
                .Where(entry => entry.GetProperty("record").GetString()!.StartsWith("DMARC", StringComparison.Ordinal))
                .Select(entry => (entry.GetProperty("text").GetString()!, entry.GetProperty("valid").GetBoolean())),
        ];

    /// <summary>A record is valid when DMARC applies with it. What a tag that does not concern receivers says is ignored.</summary>
    [Theory]
    [MemberData(nameof(Suite))]
    public void Records_of_the_public_suite_apply_or_do_not(string text, bool isValid) =>
        Assert.Equal(isValid || text == OfOlderRfc, DmarcRecord.Read(text)?.Policy is not null);

    [Theory]
    [InlineData("v=DMARC1; p=reject", "Reject - - r r u")]
    [InlineData("V=DMARC1;P=Reject;SP=NONE;Np=quarantine;T=Y;ADKIM=S;aspf=s;psd=N", "Reject None Quarantine s s n t")]
    [InlineData("v = DMARC1\t;\tp\t=\tquarantine", "Quarantine - - r r u")]
    [InlineData("v=DMARC1; p=reject; psd=y; psd=y", "Reject - - r r u")]
    [InlineData("v=DMARC1; p=reject; =none; ;; sp", "Reject - - r r u")]
    [InlineData("v=DMARC1; p=reject; garbage; x=;", "Reject - - r r u")]
    [InlineData("v=DMARC1; p=; rua=mailto:a@example.com", "None - - r r u")]
    [InlineData("v=DMARC1; p=reject; np=; rua=https://example.com/r", "None - - r r u")]
    [InlineData("v=DMARC1; rua=nonsense, mailto:a@example.com!10M", "None - - r r u")]
    [InlineData("v=DMARC1; rua=mailto:a@example.com!m", "- - - r r u")]
    [InlineData("v=DMARC1; rua=mailto:", "- - - r r u")]
    [InlineData("v=DMARC1; rua=:a@example.com", "- - - r r u")]
    [InlineData("v=DMARC1; rua=mailto:a b@example.com", "- - - r r u")]
    public void Tags_are_read_one_by_one(string text, string expected)
    {
        static string Word(DmarcPolicy? policy) => policy?.ToString() ?? "-";
        var record = DmarcRecord.Read(text)!;
        Assert.Equal(
            expected,
            $"{Word(record.Policy)} {Word(record.SubdomainPolicy)} {Word(record.NonexistentPolicy)} {(record.StrictDkim ? 's' : 'r')} "
            + $"{(record.StrictSpf ? 's' : 'r')} {record.PublicSuffix}{(record.IsTest ? " t" : string.Empty)}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("p=reject; v=DMARC1")]
    [InlineData("v=DMARC1x; p=reject")]
    [InlineData("v=dmarc1; p=reject")]
    [InlineData("v=DMARC1 p=reject")]
    [InlineData("DMARC1; p=reject")]
    public void Another_text_is_no_record(string text) => Assert.Null(DmarcRecord.Read(text));
}
