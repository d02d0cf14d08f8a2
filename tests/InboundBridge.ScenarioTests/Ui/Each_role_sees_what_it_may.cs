using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>With tokens a browser signs in. A read token sees every page and no button; a sign-out ends the session.</summary>
public sealed class Each_role_sees_what_it_may
{
    [Fact]
    public async Task After_a_sign_in()
    {
        var (admin, reader) = (await TokenAsync(), await TokenAsync());
        await using var scenario = await UiScenario.StartAsync();
        await scenario.FillAsync();
        var tokens = $"{{ name: ops, hash: \"{admin.Hash}\", role: admin }}, {{ name: eye, hash: \"{reader.Hash}\", role: read }}";
        scenario.Appliance.Reconfigure(
            (await File.ReadAllTextAsync(scenario.Appliance.ConfigurationFile))
                .Replace("http: { ", $"http: {{ tokens: [{tokens}], ", StringComparison.Ordinal));
        scenario.Appliance.Process.HangUp();
        await scenario.Appliance.LoggedAsync("reloaded ");
        foreach (var (token, mayChange) in new[] { (admin.Token, true), (reader.Token, false) })
        {
            var report = await scenario.BrowseAsync(
                [],
                new JsonObject { ["go"] = "/ui/destinations/crm-old", ["tell"] = "asked", ["axe"] = true, ["shot"] = "sign-in" },
                new JsonObject
                {
                    ["fill"] = new JsonObject { ["#token"] = token },
                    ["click"] = "button:text-is('Sign in')",
                    ["tell"] = "inside",
                },
                new JsonObject { ["go"] = "/ui/messages", ["tell"] = "messages", ["axe"] = true },
                new JsonObject { ["click"] = "button:text-is('Sign out')", ["tell"] = "outside" },
                new JsonObject { ["go"] = "/ui/messages", ["tell"] = "asked again" });
            report.AssertNoOffence();
            Assert.Equal("/ui/destinations/crm-old", report.Seen.Single(page => page.Step == "inside").Url);
            Assert.Equal(mayChange, report.TextAt("inside").Contains("Pause", StringComparison.Ordinal));
            Assert.Equal(mayChange, report.TextAt("messages").Contains("Replay selected", StringComparison.Ordinal));
            foreach (var step in new[] { "asked", "outside", "asked again" })
                Assert.StartsWith("/ui/login", report.Seen.Single(page => page.Step == step).Url, StringComparison.Ordinal);
        }
    }

    private static async Task<(string Token, string Hash)> TokenAsync()
    {
        var made = (await Appliance.RunAsync(["hash-password", "--generate"])).Succeeded("hash-password").StandardOutput;
        string Line(string key) => made.Split('\n').Single(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..].Trim();
        return (Line("token:"), Line("hash:"));
    }
}
