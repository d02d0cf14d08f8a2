using System.CommandLine;
using System.Text;
using InboundBridge.Importing;
using InboundBridge.Importing.Reading;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary><c>import PROVIDER FILE</c>: prints the routes that a provider exported as rules.</summary>
internal sealed class ImportCommand(CommandConsole console)
{
    public Command Create()
    {
        var command = new Command("import", "Prints the routes that a provider exported as rules.");
        foreach (var provider in ProviderImports.Names)
        {
            var file = new Argument<string>("FILE") { Description = "What the provider exported; - is standard input." };
            var one = new Command(provider, ProviderImports.About(provider)) { file };
            one.SetAction((arguments, cancellationToken) => RunAsync(provider, arguments.GetRequiredValue(file), cancellationToken));
            command.Subcommands.Add(one);
        }
        return command;
    }

    private async Task<int> RunAsync(string provider, string file, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> octets;
        try
        {
            octets = await ReadAsync(file, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            await console.Error.WriteLineAsync($"{TextShown.Of(file)} can't be read: {TextShown.Of(fault.Message)}");
            return ExitCode.Usage;
        }
        var problems = new SourceProblems();
        var rules = ProviderImports.Read(provider, octets, file == "-" ? "standard input" : file, problems);
        foreach (var problem in problems.Items.Distinct())
            await console.Error.WriteLineAsync(problem.ToString());
        if (rules is null)
            return ExitCode.Failed;
        await console.Out.WriteAsync(rules.Text);
        var (count, incomplete) = (rules.Count == 1 ? "1 rule" : $"{rules.Count} rules", rules.Incomplete);
        await console.Error.WriteLineAsync(incomplete == 0 ? count : $"{count}; look for NOT THE SAME in {incomplete} of the routes");
        return ExitCode.Done;
    }

    /// <summary>At most a little more than an export may have, so that the reader can say that it is too large.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (file == "-")
        {
            var letters = new char[ExportReader.MaximumOctets + 1];
            var length = await console.In.ReadBlockAsync(letters.AsMemory(), cancellationToken);
            return Bounded(Encoding.UTF8.GetBytes(letters, 0, length));
        }
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var octets = new byte[(int)Math.Min(stream.CanSeek ? stream.Length : ExportReader.MaximumOctets, ExportReader.MaximumOctets) + 1];
        var read = await stream.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, cancellationToken);
        return Bounded(octets.AsMemory(0, read));
    }

    private static ReadOnlyMemory<byte> Bounded(ReadOnlyMemory<byte> octets) => octets.Length <= ExportReader.MaximumOctets ? octets
        : throw new IOException($"the file is larger than {ExportReader.MaximumOctets / 1024 / 1024} MB");
}
