using System.Diagnostics;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Confinement;
using InboundBridge.Rules.Scripting.Workers;
using InboundBridge.UnitTests.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Confinement;

/// <summary>What a worker may do, as the kernel sees it.</summary>
public class WorkerConfinementTests
{
    [Fact]
    public async Task A_worker_has_no_rights_that_scripts_have_no_use_for()
    {
        Assert.SkipUnless(LinuxCalls.IsKnown, "only Linux says what a process may do");
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "inboundbridge.dll"), "script-worker"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        WorkerEnvironment.Fill(start.Environment);
        using var process = WorkerLaunch.Start(start);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(
                ScriptFrame.Request(InProcessWorker.Request("1 + 1"), new ScriptLimits { Timeout = TimeSpan.FromMinutes(1) }), token);
            await process.StandardInput.BaseStream.FlushAsync(token);
            Assert.Equal(
                "2", ScriptFrame.ReadAnswer(
                    (await new FrameBuffer(10_000).ReadAsync(process.StandardOutput.BaseStream, token))!.Value.Span).Value!.ToJsonString());

            foreach (var task in Directory.GetDirectories($"/proc/{process.Id}/task"))
            {
                var status =
                    (await File.ReadAllLinesAsync($"{task}/status", token)).Select(line => line.Split(':', 2))
                        .ToDictionary(pair => pair[0], pair => pair[1].Trim());
                Assert.Equal("1", status["NoNewPrivs"]);
                Assert.Equal("2", status["Seccomp"]);
                Assert.Equal(
                    Enumerable.Repeat("0000000000000000", 4),
                    new[] { status["CapInh"], status["CapPrm"], status["CapEff"], status["CapAmb"] });
                if (Environment.IsPrivilegedProcess)
                    Assert.Equal("0000000000000000", status["CapBnd"]);
                if (Environment.IsPrivilegedProcess && ReadableFiles.AreReadableByAll(start))
                    Assert.Equal(Enumerable.Repeat("65534", 4), status["Uid"].Split('\t'));
            }
            var limits = await File.ReadAllLinesAsync($"/proc/{process.Id}/limits", token);
            Assert.Contains(
                limits, line =>
                    line.StartsWith("Max core file size", StringComparison.Ordinal)
                    && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4] == "0");
            Assert.Contains(
                limits, line =>
                    line.StartsWith("Max open files", StringComparison.Ordinal)
                    && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3] == "128");
            Assert.Equal("1000", (await File.ReadAllTextAsync($"/proc/{process.Id}/oom_score_adj", token)).Trim());
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public void Nothing_of_our_environment_goes_to_a_worker()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["HELPDESK_SECRET"] = "whsec_x",
            ["INBOUNDBRIDGE__SMTP__HOSTNAME"] = "mx",
            ["PATH"] = "/bin",
            ["DOTNET_STARTUP_HOOKS"] = "/tmp/evil.dll",
            ["DOTNET_ROOT"] = "/opt/dotnet",
        };
        WorkerEnvironment.Fill(environment);
        Assert.Equal("/opt/dotnet", environment["DOTNET_ROOT"]);
        Assert.All(environment.Keys, name => Assert.StartsWith("DOTNET_", name, StringComparison.Ordinal));
        Assert.DoesNotContain("DOTNET_STARTUP_HOOKS", environment.Keys);
    }
}
