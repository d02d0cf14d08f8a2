using System.Text.Json.Nodes;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>
/// With JavaScript off every page reads and every action works; with it, lists follow what happens and keys move in them.
/// </summary>
public sealed class Every_action_works_without_a_script
{
    private static readonly JsonObject WithoutScript = new() { ["script"] = false };

    [Fact]
    public async Task Messages_deliveries_and_destinations_are_changed_by_forms_alone()
    {
        await using var scenario = await UiScenario.StartAsync();
        await scenario.FillAsync();
        var (plain, held, late) =
            (await scenario.IdOfAsync("printer"), await scenario.IdOfAsync("Autumn"), await scenario.IdOfAsync("offer"));
        var report = await scenario.BrowseAsync(
            WithoutScript,
            Step("/ui", "overview"),
            Step("/ui/messages", "filtered", click: ".filter button.main", fill: ("[name=subject]", "offer")),
            Step($"/ui/messages/{late}?view=deliveries", "cancelled", click: "button:text-is('Cancel')"),
            Step($"/ui/messages/{late}?view=deliveries", "retried", click: "button:text-is('Retry now')"),
            new JsonObject
            {
                ["go"] = $"/ui/messages/{held}?view=deliveries",
                ["select"] = new JsonObject { ["[name=to]"] = "helpdesk" },
                ["click"] = "button:text-is('Release')",
                ["tell"] = "released",
            },
            Step($"/ui/messages/{plain}/replay", "replayed", click: "button:text-is('Replay now')"),
            new JsonObject
            {
                ["go"] = "/ui/messages",
                ["check"] = new JsonArray($"[value='{plain}']", $"[value='{late}']"),
                ["click"] = "text=Replay selected…",
                ["tell"] = "planned",
            },
            Step("/ui/deliveries?destination=crm-old", "asked", click: "text=Cancel…"),
            new JsonObject { ["click"] = "button.danger", ["tell"] = "all cancelled" },
            Step("/ui/destinations/crm-old", "paused", click: ".form button", fill: ("[name=reason]", "it moves")),
            Step("/ui/destinations/crm-old", "resumed", click: "button:text-is('Resume')"),
            Step("/ui/destinations/helpdesk", "tested", click: "button:text-is('Test')"),
            Step("/ui/rules", "rules"),
            Step("/ui/playground", "tried", click: "button:text-is('Try it')", fill: ("[name=to]", "support+7@example.com")),
            Step("/ui/configuration", "reloaded", click: "button:text-is('Reload now')"),
            Step("/ui/log", "log"),
            Step($"/ui/messages/{plain}/delete", "deleted", click: "button:text-is('Delete for good')"));
        report.AssertNoOffence();
        foreach (var (step, words) in new[]
        {
            ("overview", "Last failures"), ("filtered", "An offer, please"), ("cancelled", "The delivery was cancelled."),
            ("retried", "The delivery was retried."), ("released", "The delivery was released."), ("replayed", "1 delivery was made."),
            ("planned", "Replay 2 messages"), ("asked", "Cancel deliveries of crm-old?"), ("all cancelled", "1 delivery was cancelled."),
            ("paused", "Paused: it moves (local)"), ("resumed", "Resumed"), ("tested", "It answers"), ("rules", "support tickets"),
            ("tried", "As a rule test"), ("reloaded", "is in force"), ("log", "received"), ("deleted", "The message was deleted"),
        })
            Assert.Contains(words, report.TextAt(step), StringComparison.Ordinal);
        Assert.DoesNotContain("The printer is on fire", report.TextAt("filtered"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_follows_what_happens_and_keys_move()
    {
        await using var scenario = await UiScenario.StartAsync();
        await scenario.FillAsync();
        var report = await scenario.BrowseAsync(
            [],
            Step("/ui/messages", "list"),
            new JsonObject { ["press"] = "j" }, new JsonObject { ["press"] = "j" }, new JsonObject { ["press"] = "k", ["wait"] = "tr.at" },
            new JsonObject { ["press"] = "Enter", ["wait"] = ".tabs", ["tell"] = "opened" },
            new JsonObject { ["press"] = "?", ["wait"] = "dialog[open]", ["tell"] = "help" },
            new JsonObject { ["go"] = "/ui/log", ["wait"] = "[data-log-pause]:not([hidden])", ["tell"] = "live" });
        report.AssertNoOffence();
        Assert.Contains("An offer, please", report.TextAt("opened"), StringComparison.Ordinal);
        Assert.Contains("this help", report.TextAt("help"), StringComparison.Ordinal);
    }

    private static JsonObject Step(string path, string tell, string? click = null, (string Selector, string Value)? fill = null)
    {
        var step = new JsonObject { ["go"] = path, ["tell"] = tell };
        if (fill is { } field)
            step["fill"] = new JsonObject { [field.Selector] = field.Value };
        if (click is not null)
            step["click"] = click;
        return step;
    }
}
