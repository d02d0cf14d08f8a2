using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>
/// Every payload of tests/testdata/ui/payloads.txt in every place of a mail at once: no page holds an element, an attribute or an address
/// that is not the page's own. (A browser looks at the same in the scenario tests.)
/// </summary>
public sealed class HostileMailTests
{
    private const string Rules = """
        rules:
          - { name: all, when: { subject: "{what}" }, then: [ tag: "{what}", set: { said: "{what}" }, webhook: hook ] }

        """;

    /// <summary>The elements of our pages.</summary>
    private static readonly HashSet<string> Ours = new(
        ("html head meta title link script body a header img span nav div main p h1 h2 h3 dl dt dd code time strong table thead tbody "
        + "tr th td section article details summary pre form input button select option label fieldset legend textarea ul ol li iframe "
        + "dialog kbd figure figcaption b svg rect")
            .Split(' '), StringComparer.Ordinal);

    private static readonly string[] Views = ["", "?view=why", "?view=deliveries", "?view=sent", "?view=source"];

    [Fact]
    public async Task Every_payload_in_every_place_stays_text()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var browser = new UiBrowser(api);
        foreach (var payload in File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/ui/payloads.txt")))
        {
            var id = await UiPageTests.SubmitAsync(api, MailOf(payload));
            foreach (var view in Views)
                AssertOurs(payload, view, await browser.ReadAsync($"/ui/messages/{id}{view}"));
            AssertConfined(payload, await browser.ReadAsync($"/ui/messages/{id}/html"));
        }
        foreach (var list in new[] { "/ui", "/ui/messages", "/ui/deliveries", "/ui/log", "/ui/rules" })
            AssertOurs("all", list, await browser.ReadAsync(list));
    }

    private static void AssertOurs(string payload, string page, string html)
    {
        foreach (var element in new HtmlParser().ParseDocument(html).All)
        {
            Assert.True(Ours.Contains(element.LocalName), $"{payload} on {page}: <{element.LocalName}>");
            foreach (var attribute in element.Attributes)
            {
                Assert.False(attribute.Name.StartsWith("on", StringComparison.Ordinal), $"{payload} on {page}: {attribute.Name}");
                Assert.NotEqual("style", attribute.Name);
                if (attribute.Name is "href" or "src" or "action" or "formaction")
                    Assert.Matches("^(/ui|#main)", attribute.Value);
            }
            if (element.LocalName == "script")
                Assert.StartsWith("/ui/assets/", element.GetAttribute("src"), StringComparison.Ordinal);
        }
    }

    /// <summary>The HTML of the mail in its frame: nothing that runs, submits or loads; links lead out without a trace.</summary>
    private static void AssertConfined(string payload, string html)
    {
        var document = new HtmlParser().ParseDocument(html);
        foreach (var element in document.Body!.QuerySelectorAll("*"))
        {
            Assert.DoesNotContain(
                element.LocalName,
                new[]
                {
                    "script", "iframe", "frame", "object", "embed", "form", "input", "button", "link", "meta", "base", "style", "svg",
                    "math", "video", "audio", "source", "template", "portal", "fencedframe",
                });
            foreach (var attribute in element.Attributes)
            {
                Assert.False(attribute.Name.StartsWith("on", StringComparison.Ordinal), $"{payload}: {attribute.Name}");
                Assert.DoesNotContain(attribute.Name, new[] { "srcset", "ping", "formaction", "action", "srcdoc" });
                if (attribute.Name == "style")
                    Assert.DoesNotContain("evil.test", attribute.Value, StringComparison.OrdinalIgnoreCase);
                else if (attribute.Name is "src" or "background" or "poster")
                    Assert.StartsWith("data:image/", attribute.Value, StringComparison.Ordinal);
                else if (attribute.Name == "href")
                    Assert.Matches("^(https?|mailto):", attribute.Value);
            }
            if (element.LocalName is "a" or "area")
                Assert.Contains("noopener noreferrer", element.GetAttribute("rel"), StringComparison.Ordinal);
        }
    }

    private static string MailOf(string payload)
    {
        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        var encoded = $"=?utf-8?B?{Base64(payload)}?=";
        return $"""
            From: {encoded} <al@sender.test>
            To: {encoded} <ann@example.com>
            Subject: {encoded}
            X-{new string([.. payload.Where(letter => letter is > ' ' and < '\x7f' and not ':').Take(100)])}: {encoded}
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: base64

            {Base64($"<p title=\"{payload}\">{payload}</p><a href=\"{payload}\">x</a><img src=\"{payload}\">{payload}")}
            --b
            Content-Type: text/plain; charset=utf-8; name="{encoded}"
            Content-Disposition: attachment; filename*=utf-8''{Uri.EscapeDataString(payload)}

            file
            --b
            Content-Type: text/calendar; charset=utf-8; method=REQUEST
            Content-Transfer-Encoding: base64

            {Base64($"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:x\nDTSTART:20260101T100000Z\nSUMMARY:{payload}\n"
                + $"LOCATION:{payload}\nSTATUS:{payload}\nRRULE:{payload}\nEND:VEVENT\nEND:VCALENDAR\n")}
            --b--

            """;
    }
}
