using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>
/// The demo fills an hour of mail and leads from the web UI to its receiver and back; the pages are those of the documentation's pictures.
/// </summary>
public sealed partial class The_demo_shows_the_whole_product
{
    [Theory]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 360)]
    public async Task With_an_hour_of_mail_and_the_view_of_its_receiver(string scheme, int width)
    {
        await using var demo = PeerProcess.Start("demo", "dotnet", [Appliance.Dll, "demo"]);
        var receiver = (await demo.LineAsync(Receiver(), Deadline.In(TimeSpan.FromMinutes(3)))).Groups[1].Value;
        var address = (await demo.LineAsync(Ui())).Groups[1].Value;
        await demo.LineAsync(End(), Deadline.In(TimeSpan.FromMinutes(3)));
        JsonObject Shot(string name, string path) =>
            new() { ["go"] = path, ["axe"] = true, ["shot"] = $"demo-{name}-{scheme}-{width}", ["tell"] = name };
        var report = await Chromium.RunAsync(
            address, new JsonObject { ["scheme"] = scheme, ["width"] = width, ["also"] = receiver },
            [
                Shot("overview", "/ui"),
                Shot("messages", "/ui/messages"),
                new JsonObject { ["go"] = "/ui/messages?subject=closed", ["click"] = "td.subject a" },
                new JsonObject
                {
                    ["click"] = ".tabs a:text-is('Why')", ["axe"] = true, ["shot"] = $"demo-message-{scheme}-{width}", ["tell"] = "forged",
                },
                new JsonObject { ["click"] = "text=Copy as a test…", ["axe"] = true, ["tell"] = "copied" },
                new JsonObject { ["go"] = "/ui/messages?subject=Undelivered", ["click"] = "td.subject a", ["tell"] = "bounce" },
                Shot("dead", "/ui/destinations/crm"),
                Shot("rules", "/ui/rules"),
                new JsonObject
                {
                    ["go"] = "/ui/playground", ["click"] = "button:text-is('Try it')", ["axe"] = true,
                    ["shot"] = $"demo-playground-{scheme}-{width}", ["tell"] = "tried",
                },
                new JsonObject
                {
                    ["click"] = "text=Demo receiver", ["axe"] = true, ["shot"] = $"demo-receiver-{scheme}-{width}", ["tell"] = "receiver",
                },
                new JsonObject { ["click"] = "td a.one", ["tell"] = "back" },
            ]);
        report.AssertNoOffence();
        foreach (var (step, words) in new[]
        {
            ("overview", "crm is down"), ("overview", "Delivered"), ("messages", "Re: Grüße"), ("forged", "policy reject"),
            ("forged", "Decided by “forged mail”"), ("bounce", "550 5.1.1 no such mailbox"), ("dead", "given up after"),
            ("rules", "orders for the CRM"), ("copied", "Paste it below line"),
            ("tried", "As a rule test"), ("receiver", "verified"), ("back", "As sent"),
        })
            Assert.Contains(words, report.TextAt(step), StringComparison.Ordinal);
        // A phone has no room for the column with places.
        if (width > 1000)
            Assert.Contains("rules/zz-deliver.yaml:", report.TextAt("rules"), StringComparison.Ordinal);
        Assert.DoesNotContain(report.Seen, page => page.Text.Contains("/inboundbridge-demo-", StringComparison.Ordinal));
        Assert.DoesNotContain("wrong", report.TextAt("receiver"), StringComparison.Ordinal);
        demo.Terminate();
        Assert.Equal(0, await demo.ExitAsync());
    }

    [GeneratedRegex("webhook receiver at (?<address>http://[^ ]+/)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Receiver();

    [GeneratedRegex("web UI at (?<address>http://[^/]+)/ui;", RegexOptions.ExplicitCapture)]
    private static partial Regex Ui();

    [GeneratedRegex("Ctrl-C ends the demo")]
    private static partial Regex End();
}
