using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.ColdStart;

/// <summary><c>cold-start</c>: the time from the start of the process to the SMTP greeting.</summary>
internal static class ColdStartCommand
{
    public static Command Create()
    {
        var starts = Number.Whole("--starts", "Starts that count; one more goes before, which creates the spool.", 10);
        var rules = Number.Whole("--rules", "Rules to load.", 50);
        var folder =
            new Option<string>(
                "--folder")
            {
                Description = "Emptied; where the spool lies.",
                DefaultValueFactory = _ =>
                    Path.Combine("artifacts", "benchmark")
            };
        var appliance = ApplianceBuild.Option();
        var markdown = new Option<string>("--markdown") { Description = "File to write the table to." };
        var command =
            new Command(
                "cold-start", "Time from a process's start until it greets on SMTP, the spool being there and empty.") { starts, rules,
                folder, appliance, markdown };
        command.SetAction((parsed, cancellation) => ColdStartBenchmark.RunAsync(
            parsed.GetValue(appliance) ?? [ApplianceBuild.Default], Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(starts),
            parsed.GetValue(rules), parsed.GetValue(markdown), cancellation));
        return command;
    }
}
