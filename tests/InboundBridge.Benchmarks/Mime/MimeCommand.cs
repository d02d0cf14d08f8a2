using System.CommandLine;
using BenchmarkDotNet.Running;

namespace InboundBridge.Benchmarks.Mime;

/// <summary>"mime": rates and hostile mails by processor time in half a minute; "mime --full": BenchmarkDotNet.</summary>
internal static class MimeCommand
{
    public static Command Create()
    {
        var full = new Option<bool>("--full") { Description = "run BenchmarkDotNet instead (minutes, on a quiet machine)" };
        var command = new Command("mime", "the MIME reader: mails a second, megabytes a second, hostile mails") { full };
        command.SetAction(result =>
        {
            if (result.GetValue(full))
            {
                BenchmarkRunner.Run<MimeBenchmarks>();
                return;
            }
            MimeRates.Print(Console.Out);
            HostileRates.Print(Console.Out);
        });
        return command;
    }
}
