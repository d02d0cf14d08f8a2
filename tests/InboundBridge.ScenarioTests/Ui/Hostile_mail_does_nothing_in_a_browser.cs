using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>
/// 200 payloads (tests/testdata/ui/payloads.txt), each in several places of a mail: none runs, loads anything, opens a dialog, breaks the
/// policy or widens a page.
/// </summary>
public sealed class Hostile_mail_does_nothing_in_a_browser
{
    private const int PayloadsOfMail = 7;

    private static readonly string[] Views = ["", "?view=why", "?view=deliveries", "?view=sent", "?view=source"];

    private const string Rules = """
        rules:
          - name: "<script>globalThis.hostile=1</script>"
            when: { recipient: "{who}@example.com", subject: "{what}" }
            then: [tag: "{what}", set: { said: "{what}" }, webhook: helpdesk]

        """;

    [Fact]
    public async Task Wherever_it_is_shown()
    {
        var payloads = await File.ReadAllLinesAsync(Path.Combine(Checkout.Root, "tests/testdata/ui/payloads.txt"));
        Assert.True(payloads.Length >= 200, $"{payloads.Length} payloads");
        await using var scenario = await UiScenario.StartAsync(rules: Rules);
        await using (var conversation = await SmtpConversation.OpenAsync(scenario.Appliance.SmtpPort))
        {
            for (var first = 0; first < payloads.Length; first += PayloadsOfMail)
                Assert.StartsWith(
                    "250", await conversation.SendAsync(MailOf(payloads, first), "al@sender.test", "ann@example.com"),
                    StringComparison.Ordinal);
        }
        var ids = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await scenario.Appliance.GetJsonAsync($"/api/v1/messages?limit=500{(cursor is null ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            if ((cursor = page.GetProperty("next").GetString()) is null)
                break;
        }
        Assert.Equal((payloads.Length + PayloadsOfMail - 1) / PayloadsOfMail, ids.Count);
        IEnumerable<string> pages =
        [
            "/ui", "/ui/messages", "/ui/deliveries", "/ui/log", "/ui/rules",
            .. ids.SelectMany(id => Views.Select(view => $"/ui/messages/{id}{view}")),
            .. ids.Take(3).Select(id => $"/ui/playground?message={id}"), .. ids.Take(3).Select(id => $"/ui/messages/{id}/delete"),
        ];
        foreach (var width in new[] { 1280, 360 })
        {
            var report = await scenario.BrowseAsync(new JsonObject { ["width"] = width }, pages.Select(Chromium.Go));
            Assert.Empty(report.Offences);
        }
    }

    /// <summary>The payloads from <paramref name="first"/> on, each in several places.</summary>
    private static byte[] MailOf(string[] payloads, int first)
    {
        string At(int index) => payloads[(first + index) % payloads.Length];
        var mail = $"""
            From: {Encoded(At(0))} <al@sender.test>
            To: {Encoded(At(1))} <ann@example.com>
            Subject: {Encoded(At(2))}
            X-{new string([.. At(3).Where(letter => letter is > ' ' and < '\x7f' and not ':')])}: {Encoded(At(3))}
            Message-ID: <{first}@sender.test>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: base64

            {Base64($"<p>{At(0)}</p><div>{At(4)}</div><p title=\"{At(5)}\">x</p>{At(6)}")}
            --b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: base64

            {Base64($"{At(5)}\n{At(6)}\n{new string('w', 500)}")}
            --b
            Content-Type: application/octet-stream
            Content-Disposition: attachment; filename*=utf-8''{Uri.EscapeDataString(At(4))}

            file
            --b--

            """;
        return UiScenario.Octets(mail);
    }

    private static string Encoded(string text) => $"=?utf-8?B?{Base64(text)}?=";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
