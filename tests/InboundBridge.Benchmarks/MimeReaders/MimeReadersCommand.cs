using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary><c>mime-readers</c>: the product's MIME reader beside MimeKit, on the same mails, for the same answers.</summary>
internal static class MimeReadersCommand
{
    /// <summary>Ours first.</summary>
    public static IReadOnlyList<IMailReader> Readers { get; } = [new OwnReader(), new MimeKitReader()];

    public static Command Create()
    {
        var rounds = Number.Whole("--rounds", "Rounds that count; each measures both readers, in turn.", 5);
        var seconds = Number.Whole("--seconds", "Processor time after which reading a hostile mail is stopped.", 20, most: 3600);
        var megabytes = Number.Whole("--megabytes", "Allocated memory after which reading a hostile mail is stopped.", 4096, most: 1_000_000);
        var markdown = new Option<string>("--markdown") { Description = "File to write the tables to." };
        var command = new Command(
            "mime-readers",
            "Our MIME reader and MimeKit on the same mails, ordinary and hostile: processor time and allocated memory for the same answers "
            + "(addresses, subject, date, Message-ID, text, HTML, attachments with SHA-256). The public mails are read where they are "
            + "(CONFORMANCE_SUITES, docs/testing.md). About two minutes.")
        { rounds, seconds, megabytes, markdown };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(rounds), new ReadingLimits(parsed.GetValue(seconds), parsed.GetValue(megabytes)), parsed.GetValue(markdown),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, ReadingLimits limits, string? markdownFile, CancellationToken cancellation)
    {
        var names = Readers.Select(reader => reader.Name).ToList();
        var sets = ReaderMails.Ordinary();
        OrdinaryReading.WarmUp([.. sets.SelectMany(set => set.Mails)], Readers);
        List<ReaderRow> ordinary = [];
        foreach (var (name, mails) in sets)
        {
            ordinary.Add(OrdinaryReading.Measure(name, mails, Readers, rounds));
            cancellation.ThrowIfCancellationRequested();
        }

        var tables = $"A mail's cost, median of {rounds} rounds in turn and their range.\n\n{ReaderTable.Ordinary(names, ordinary)}\n";
        Console.Write(tables);
        List<ReaderRow> hostile = [];
        foreach (var mail in ReaderMails.Hostile.Keys)
            hostile.Add(await HostileProcess.MeasureAsync(mail, Readers, limits, rounds, cancellation));
        var second =
            $"Hostile mails, each read in a process of its own; stopped after {limits.Seconds} s of processor time or {limits.Megabytes} MB allocated.\n\n{ReaderTable.Hostile(names, hostile)}";
        Console.Write(second);
        if (markdownFile is not null)
            await File.WriteAllTextAsync(markdownFile, tables + second, cancellation);
        return 0;
    }
}
