using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>
/// <c>soak</c>: runs a steady load for a long time, with failures and kills; reports what grows, and whether anything was lost.
/// </summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var minutes = Number.Decimal("--minutes", "How long mails are sent.", 5, least: 0.01);
        var rate = Number.Whole("--rate", "Mails a second.", 50);
        var size =
            Number.Whole("--size", "Octets of a mail's text; every hundredth mail has twenty times as much.", 4096, most: 5 * 1024 * 1024);
        var connections = Number.Whole("--connections", "Parallel SMTP sessions.", 10, most: 5000);
        var failures =
            Number.Whole(
                "--failures",
                "Per cent of the requests that the receiver answers with 5xx or 4xx, breaks off, or leaves without an answer.", 5, least: 0,
                most: 99);
        var kill = Number.Decimal("--kill-every", "Seconds between kill -9 and restart of the appliance; 0: never.", 0, least: 0);
        var sample = Number.Decimal("--sample-every", "Seconds between looks at memory, handles and spool.", 5, least: 0.1);
        var folder =
            new Option<string>(
                "--folder")
            {
                Description = "Spool, log and configuration; emptied before.",
                DefaultValueFactory = _ =>
                    Path.Combine("artifacts", "soak")
            };
        var appliance = ApplianceBuild.SingleOption();
        var command =
            new Command(
                "soak", "A steady load through the real appliance: what grows, and whether anything got lost or came twice. Exit code 1 if so.")
        {
            minutes, rate, size, connections, failures, kill, sample, folder, appliance,
        };
        command.SetAction((arguments, cancellation) => SoakRun.RunAsync(
            new SoakOptions
            {
                Time = TimeSpan.FromMinutes(arguments.GetValue(minutes)),
                Rate = arguments.GetValue(rate),
                Size = arguments.GetValue(size),
                Connections = arguments.GetValue(connections),
                Failures = arguments.GetValue(failures),
                KillEvery = arguments.GetValue(kill) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
                SampleEvery = TimeSpan.FromSeconds(arguments.GetValue(sample)),
                Folder = Path.GetFullPath(arguments.GetValue(folder)!),
                Appliance = arguments.GetValue(appliance) ?? ApplianceBuild.Default,
            },
            cancellation));
        return command;
    }
}
