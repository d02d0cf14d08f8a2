using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>What <c>mime-readers</c> starts for one hostile mail; hidden from the help.</summary>
internal static class HostileReadingCommand
{
    public const string Name = "mime-reader-once";

    public static Command Create()
    {
        var mail = new Option<string>("--mail") { Description = "Its name in the table.", Required = true };
        var reader = new Option<string>("--reader") { Description = "Its name in the table.", Required = true };
        var seconds = Number.Whole("--seconds", "Processor time.", 20);
        var megabytes = Number.Whole("--megabytes", "Allocated.", 4096);
        var command = new Command(Name, "reads one hostile mail once") { mail, reader, seconds, megabytes };
        command.Hidden = true;
        command.SetAction(parsed => HostileReading.Run(
            MimeReadersCommand.Readers.Single(one => one.Name == parsed.GetValue(reader)), ReaderMails.Hostile[parsed.GetValue(mail)!],
            new ReadingLimits(parsed.GetValue(seconds), parsed.GetValue(megabytes)),
            HostileReading.WarmUp, Console.Out));
        return command;
    }
}
