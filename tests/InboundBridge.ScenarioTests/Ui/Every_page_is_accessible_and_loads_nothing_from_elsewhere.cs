using System.Text.Json.Nodes;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>
/// axe-core finds nothing on any page, in light and dark; nothing leaves the origin, no policy is broken, no page is too wide.
/// </summary>
public sealed class Every_page_is_accessible_and_loads_nothing_from_elsewhere
{
    [Theory]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 360)]
    public async Task In_light_and_dark_and_on_a_phone(string scheme, int width)
    {
        await using var scenario = await UiScenario.StartAsync();
        await scenario.FillAsync();
        var (plain, html, late) =
            (await scenario.IdOfAsync("printer"), await scenario.IdOfAsync("Autumn"), await scenario.IdOfAsync("offer"));
        var mode = new JsonObject { ["scheme"] = scheme, ["width"] = width };
        var pages = new (string Name, string Path)[]
        {
            ("overview", "/ui"), ("messages", "/ui/messages"), ("messages-filtered", "/ui/messages?subject=sale&state=held"),
            ("messages-none", "/ui/messages?subject=nothing"), ("refused", "/ui/messages/refused"), ("message", $"/ui/messages/{plain}"),
            ("message-html", $"/ui/messages/{html}"),
            ("message-why", $"/ui/messages/{plain}?view=why"), ("message-deliveries", $"/ui/messages/{late}?view=deliveries"),
            ("message-held", $"/ui/messages/{html}?view=deliveries"), ("message-sent", $"/ui/messages/{plain}?view=sent"),
            ("message-source", $"/ui/messages/{plain}?view=source"), ("replay", $"/ui/messages/{plain}/replay"),
            ("delete", $"/ui/messages/{plain}/delete"), ("deliveries", "/ui/deliveries"),
            ("deliveries-filtered", "/ui/deliveries?state=retrying"),
            ("destinations", "/ui/destinations"), ("destination", "/ui/destinations/crm-old"), ("rules", "/ui/rules"),
            ("playground", "/ui/playground"), ("configuration", "/ui/configuration"), ("log", "/ui/log"),
        };
        var report = await scenario.BrowseAsync(
            mode,
            [
                .. pages.Select(page => new JsonObject
                {
                    ["go"] = page.Path, ["axe"] = true, ["shot"] = $"{page.Name}-{scheme}-{width}",
                }),
                new JsonObject
                {
                    ["go"] = "/ui/playground", ["fill"] = new JsonObject { ["[name=to]"] = "support+42@example.com" },
                    ["click"] = "button:text-is('Try it')",
                },
                new JsonObject { ["axe"] = true, ["shot"] = $"playground-result-{scheme}-{width}", ["tell"] = "tried" },
            ]);
        report.AssertNoOffence();
        Assert.Contains("Decided by “support tickets”", report.TextAt("tried"), StringComparison.Ordinal);
    }
}
