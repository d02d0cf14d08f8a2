using System.CommandLine;

namespace InboundBridge.Benchmarks.Soak;

/// <summary><c>soak</c>: a steady load for a long time, with failures and kills; what grows, and whether anything got lost.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { DefaultValueFactory = _ => 5 };
        var rate = new Option<int>("--rate") { Description = "Mails a second.", DefaultValueFactory = _ => 50 };
        var size = new Option<int>("--size") { Description = "Octets of a mail's text; every hundredth mail has twenty times as much.", DefaultValueFactory = _ => 4096 };
        var connections = new Option<int>("--connections") { Description = "Parallel SMTP sessions.", DefaultValueFactory = _ => 10 };
        var failures = new Option<int>("--failures") { Description = "Per cent of the requests that the receiver answers with 5xx or 4xx, breaks off, or leaves without an answer.", DefaultValueFactory = _ => 5 };
        var kill = new Option<double>("--kill-every") { Description = "Seconds between kill -9 and restart of the appliance; 0: never.", DefaultValueFactory = _ => 0 };
        var sample = new Option<double>("--sample-every") { Description = "Seconds between looks at memory, handles and spool.", DefaultValueFactory = _ => 5 };
        var folder = new Option<string>("--folder") { Description = "Spool, log and configuration; emptied before.", DefaultValueFactory = _ => Path.Combine("artifacts", "soak") };
        var appliance = new Option<string>("--appliance") { Description = "inboundbridge.dll; the one built with this harness if not given.", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "inboundbridge.dll") };
        var command = new Command("soak", "A steady load through the real appliance: what grows, and whether anything got lost or came twice. Exit code 1 if so.")
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
                Appliance = Path.GetFullPath(arguments.GetValue(appliance)!),
            },
            cancellation));
        return command;
    }
}
