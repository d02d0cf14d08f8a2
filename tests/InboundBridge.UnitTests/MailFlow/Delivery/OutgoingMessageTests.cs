using System.Text;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Delivery;

public class OutgoingMessageTests
{
    private const string Stored =
        "Received: from a\r\n by b\r\nX-Spam: yes\r\nSubject: hello\r\nx-spam: folded\r\n value\r\n\r\nX-Spam: not a field\r\n.\r\n";

    private const string Results = "Authentication-Results: mx.example.com;\r\n\tspf=pass smtp.mailfrom=al@example.com\r\n";

    [Fact]
    public void Without_edits_the_octets_are_the_stored_ones() => Assert.Equal(Stored, Read([]));

    [Fact]
    public void Trace_fields_come_first_then_added_fields_the_last_one_first() =>
        Assert.Equal(
            "Return-Path: <>\r\nX-B: 2\r\nX-A: 1\r\n" + Stored,
            Read([new StoredHeaderEdit("X-A", "1"), new StoredHeaderEdit("X-B", "2")], "Return-Path: <>\r\n"));

    [Fact]
    public void A_field_is_removed_with_its_folded_lines_anywhere_in_the_header() =>
        Assert.Equal(
            "Received: from a\r\n by b\r\nSubject: hello\r\n\r\nX-Spam: not a field\r\n.\r\n",
            Read([new StoredHeaderEdit("X-SPAM", null)]));

    [Fact]
    public void A_field_can_be_replaced() =>
        Assert.Equal(
            "Subject: new\r\nReceived: from a\r\n by b\r\nX-Spam: yes\r\nx-spam: folded\r\n value\r\n\r\nX-Spam: not a field\r\n.\r\n",
            Read([new StoredHeaderEdit("Subject", null), new StoredHeaderEdit("Subject", "new")]));

    [Fact]
    public void Our_results_come_right_above_the_stored_mail() =>
        Assert.Equal(
            "Return-Path: <>\r\nX-A: 1\r\n" + Results + Stored,
            Read([new StoredHeaderEdit("X-A", "1")], "Return-Path: <>\r\n", results: Results));

    [Fact]
    public void A_rule_that_removes_results_removes_ours_and_those_of_others() =>
        Assert.Equal(
            Stored,
            Read([new StoredHeaderEdit("authentication-results", null)], stored: Results + Stored, results: Results));

    [Theory]
    [InlineData("")]
    [InlineData("\r\nonly a body")]
    [InlineData("Subject: no body\r\n")]
    [InlineData("Subject: no line end")]
    [InlineData("not a header at all\r\nSubject: x\r\n\r\nbody")]
    [InlineData("Subject: a\nSubject: b\n\nbare newlines\n")]
    [InlineData("\0\u00ff\r\n: \r\nSubject\r\n :x\r\n\r\n")]
    public void Broken_mail_loses_no_octet_but_the_removed_fields(string stored)
    {
        Assert.Equal(stored, Read([new StoredHeaderEdit("X-Not-There", null)], "", stored));
        var removed = Read([new StoredHeaderEdit("Subject", null)], "", stored);
        Assert.True(removed.Length <= stored.Length);
        Assert.Equal("X-A: 1\r\n" + removed, Read([new StoredHeaderEdit("Subject", null), new StoredHeaderEdit("X-A", "1")], "", stored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_remote_mail_leaves_as_a_local_one_and_is_fetched_only_where_a_field_is_removed(bool removes)
    {
        StoredHeaderEdit[] edits = removes
            ? [new StoredHeaderEdit("X-Spam", null), new StoredHeaderEdit("X-A", "1")] : [new StoredHeaderEdit("X-A", "1")];
        using var remote = new RemoteContent(Encoding.Latin1.GetBytes(Stored), chunk: 7);
        var attempt = WebhookFixture.Attempt(WebhookFixture.Sample with { HeaderEdits = edits }, remote);
        using var outgoing = await OutgoingMessage.ComposeAsync(attempt, "Return-Path: <>\r\n", CancellationToken.None);
        Assert.Equal((removes, removes ? 1 : 0), (outgoing.IsLocal, remote.Fetched));
        await using var stream = outgoing.AsStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        Assert.Equal(Read(edits, "Return-Path: <>\r\n"), await reader.ReadToEndAsync(CancellationToken.None));
        using var fetched = await outgoing.ToLocalAsync(CancellationToken.None);
        Assert.Equal(Read(edits, "Return-Path: <>\r\n"), ReadInPieces(fetched, 5));
    }

    private static string Read(StoredHeaderEdit[] edits, string topFields = "", string stored = Stored, string? results = null)
    {
        using var source = MailContent.FromMemory(Encoding.Latin1.GetBytes(stored));
        using var outgoing = OutgoingMessage.Compose(source, edits, topFields, results);
        var whole = ReadInPieces(outgoing, 4096);
        for (var piece = 1; piece < 40; piece += 3)
            Assert.Equal(whole, ReadInPieces(outgoing, piece));
        Assert.Equal(outgoing.Length, whole.Length);
        return whole;
    }

    private static string ReadInPieces(MailContent source, int piece)
    {
        var octets = new List<byte>();
        var buffer = new byte[piece];
        for (int count; (count = source.Read(octets.Count, buffer)) > 0;)
            octets.AddRange(buffer[..count]);
        return Encoding.Latin1.GetString([.. octets]);
    }
}
