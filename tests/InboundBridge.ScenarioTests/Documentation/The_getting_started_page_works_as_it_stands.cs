using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Documentation;

/// <summary>
/// Runs the commands of docs/getting-started.md in an empty folder, in a network of their own, so that the page's ports are free; and
/// compares what the page shows with what was printed.
/// </summary>
public sealed partial class The_getting_started_page_works_as_it_stands : IDisposable
{
    private const string NotRun = "<!-- not run: ";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task From_an_empty_folder_to_a_signed_webhook()
    {
        var blocks = Block().Matches(await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "docs/getting-started.md"), TestContext.Current.CancellationToken)).ToList();
        Assert.True(blocks.Count(IsRun) >= 7, "the page has lost its commands");
        var script = string.Concat(blocks.Select((block, index) => IsRun(block) ? Step(block, index) : Wait(blocks, index)));
        var result = await PeerProcess.RunAsync(
            "getting-started", PeerPrograms.Find("unshare", "util-linux"),
            ["--net", "--", "bash", _folder.Write("script.sh", $"{Head()}{script}")], workingDirectory: _folder.CreateFolder("empty"));
        if (result.Output.Contains("unshare failed", StringComparison.Ordinal))
            PeerPrograms.Missing<string>($"the page's commands need a network of their own: {result.Output}");
        result.Succeeded("docs/getting-started.md");
        for (var index = 0; index < blocks.Count; index++)
        {
            if (IsText(blocks[index]) && (NoteOf(blocks[index], "of") is not null || IsRun(blocks[index - 1])))
                AssertPrinted(blocks[index], PrintedBy(blocks, index));
        }
    }

    /// <summary>A fenced block, with the comment above it that says how it is run.</summary>
    [GeneratedRegex("(?<note><!-- .*? -->)?\n```(?<kind>sh|text)\n(?<lines>.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Block();

    private static bool IsText(Match block) => block.Groups["kind"].Value == "text";

    private static bool IsRun(Match block) => !IsText(block) && !Note(block).StartsWith(NotRun, StringComparison.Ordinal);

    private static string Note(Match block) => block.Groups["note"].Value;

    /// <summary>What follows <c>&lt;!-- KIND: </c>; null without that comment.</summary>
    private static string? NoteOf(Match block, string kind) =>
        Note(block) is { Length: > 0 } note && note.StartsWith($"<!-- {kind}: ", StringComparison.Ordinal)
            ? note[$"<!-- {kind}: ".Length..^" -->".Length] : null;

    /// <summary>The program as a command, loopback, and the end of everything with the script.</summary>
    private string Head()
    {
        var command = Path.Combine(_folder.CreateFolder("bin"), "inboundbridge");
        File.WriteAllText(command, $"#!/bin/sh\nexec dotnet '{Appliance.Dll}' \"$@\"\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return $$"""
            set -euo pipefail
            exec 3>&2
            ip link set lo up
            export PATH="{{_folder["bin"]}}:$PATH"
            tell() { cat {{_folder["printed"]}}-* >&3; }
            trap 'status=$?; [ $status = 0 ] || tell; kill $(jobs -p) 2>/dev/null || true; wait || true; exit $status' EXIT
            printed() { for i in $(seq 300); do ! grep -qF -- "$1" "$2" || return 0; sleep 0.1; done; echo "'$1' was not printed" >&3; return 1; }

            """;
    }

    private string Step(Match block, int index)
    {
        var (lines, file) = (block.Groups["lines"].Value, $"{_folder["printed"]}-{index:00}");
        return NoteOf(block, "goes on after") is { } sign
            ? $"(exec >{file} 2>&1\n{lines}) &\nprinted '{sign}' {file}\n"
            : $"exec >{file} 2>&1\n{lines}\n";
    }

    /// <summary>What goes on may not have printed yet what the page shows of it: the script waits for its first line.</summary>
    private string Wait(List<Match> blocks, int text)
    {
        if (NoteOf(blocks[text], "of") is null)
            return "";
        var line = blocks[text].Groups["lines"].Value.Split('\n')[0];
        return $"printed '{line.Replace("'", "'\\''", StringComparison.Ordinal)}' {FileOf(blocks, text)}\n";
    }

    private string PrintedBy(List<Match> blocks, int text) => File.ReadAllText(FileOf(blocks, text));

    /// <summary>The output of the block above, or of the one whose command the comment names.</summary>
    private string FileOf(List<Match> blocks, int text)
    {
        var by = NoteOf(blocks[text], "of") is { } command
            ? blocks.FindIndex(block => IsRun(block) && block.Groups["lines"].Value.Trim() == command) : text - 1;
        return $"{_folder["printed"]}-{by:00}";
    }

    /// <summary>Each line of the page is one that was printed, in this order; <c>…</c> is any text.</summary>
    private static void AssertPrinted(Match block, string printed)
    {
        var expected = block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            "^" + Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal).Replace("\\ ", "\\s+", StringComparison.Ordinal) + "$");
        var at = 0;
        var lines = printed.Split('\n');
        foreach (var pattern in expected)
        {
            while (at < lines.Length && !Regex.IsMatch(lines[at], pattern, RegexOptions.ExplicitCapture))
                at++;
            Assert.True(at < lines.Length, $"docs/getting-started.md shows a line like {pattern}, and this was printed:\n{printed}");
            at++;
        }
    }
}
