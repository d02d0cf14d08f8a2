using System.Text;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Relays;

/// <summary>Postfix and Exim as smarthosts, with and without 8BITMIME and SMTPUTF8. What arrived is read by Python's email.</summary>
public sealed class Servers_that_take_7_bit_only_get_it : IDisposable
{
    private const string Text = "Grüße aus dem Norden, mit Größe = 5\r\n.\r\nund „mehr“";

    private const string Reader = """
        import email, email.policy, json, sys
        mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        print(json.dumps({
            "subject": str(mail["Subject"]), "from": str(mail["From"]),
            "texts": [part.get_content() for part in parts if part.get_content_maintype() == "text"],
            "names": [part.get_filename() for part in parts if part.get_filename()]}))
        """;

    private static readonly byte[] Mail = Encoding.UTF8.GetBytes(
        "From: Jörg <al@sender.test>\r\nTo: bo@example.com\r\nSubject: Größe\r\nDate: Fri, 02 Jan 2026 03:04:05 +0000\r\n"
        + "Message-ID: <1@sender.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + Text + "\r\n"
        + "--b\r\nContent-Type: text/plain; name=\"Maße.txt\"\r\nContent-Disposition: attachment; filename=\"Maße.txt\"\r\n\r\n"
        + "plain\r\n--b--\r\n");

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("smtpd_discard_ehlo_keywords = 8bitmime, smtputf8, chunking, silent-discard")]
    [InlineData("smtpd_discard_ehlo_keywords = smtputf8, chunking, silent-discard")]
    public async Task Postfix(string settings)
    {
        await using var postfix = await Peers.Postfix.StartTargetAsync(_folder, more: settings);
        await using var appliance = await SendAsync(postfix.Port);
        var mail = Assert.Single(await postfix.WaitForAsync(1, state: () => appliance.Log));
        await AssertAsync(mail, isSevenBit: settings.Contains("8bitmime", StringComparison.Ordinal), isUtf8: settings.Length == 0);
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("accept_8bitmime = false", true, false)]
    [InlineData("smtputf8_advertise_hosts =", false, false)]
    public async Task Exim(string settings, bool isSevenBit, bool isUtf8)
    {
        await using var exim = await EximTarget.StartAsync(_folder, settings);
        await using var appliance = await SendAsync(exim.Port);
        await AssertAsync(await exim.WaitForMailAsync(() => appliance.Log), isSevenBit, isUtf8);
    }

    private async Task<Appliance> SendAsync(int port)
    {
        var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("relay: out"), [ApplianceSetup.Relay("out", port)]));
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        await conversation.AskAsync("MAIL FROM:<al@sender.test> SMTPUTF8 BODY=8BITMIME");
        await conversation.AskAsync("RCPT TO:<bo@example.com>");
        Assert.StartsWith("250", await conversation.DataAsync(Mail), StringComparison.Ordinal);
        return appliance;
    }

    private static async Task AssertAsync(byte[] mail, bool isSevenBit, bool isUtf8)
    {
        var text = Encoding.Latin1.GetString(mail);
        var header = text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        Assert.Equal(isSevenBit, Ascii.IsValid(mail));
        Assert.Equal(isUtf8, !Ascii.IsValid(header));
        var python = PeerPrograms.Find("/usr/bin/python3", "python3");
        var read = JsonDocument.Parse(
            (await PeerProcess.RunAsync("python3", python, ["-c", Reader], mail)).Succeeded("reading the mail").StandardOutput).RootElement;
        Assert.Equal(("Größe", "Jörg <al@sender.test>"), (read.GetProperty("subject").GetString(), read.GetProperty("from").GetString()));
        Assert.Equal(
            [Text.ReplaceLineEndings("\n"), "plain"],
            read.GetProperty("texts").EnumerateArray().Select(one => one.GetString()!.ReplaceLineEndings("\n").TrimEnd('\n')));
        Assert.Equal("Maße.txt", Assert.Single(read.GetProperty("names").EnumerateArray()).GetString());
    }
}
