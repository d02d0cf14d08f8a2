using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Documentation;

/// <summary>
/// Runs the commands of docs/getting-started.md in an empty folder, and those of examples/quick-start in a copy of it, each in a network of
/// its own, so that the page's ports are free; and compares what the page shows with what was printed.
/// </summary>
public sealed partial class The_first_pages_work_as_they_stand : IDisposable
{
    private const string NotRun = "<!-- not run: ";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task From_an_empty_folder_to_a_signed_webhook() => RunAsync("docs/getting-started.md", 7, _folder.CreateFolder("empty"));

    [Fact]
    public Task The_smallest_example()
    {
        var folder = _folder.CreateFolder("quick-start");
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        foreach (var file in new[] { "inboundbridge.yaml", "rules/mail.yaml" })
            File.Copy(Path.Combine(Checkout.Root, "examples/quick-start", file), Path.Combine(folder, file));
        return RunAsync("examples/quick-start/README.md", 4, folder);
    }

    private async Task RunAsync(string page, int leastCommands, string folder)
    {
        var blocks = Block().Matches(await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, page), TestContext.Current.CancellationToken)).ToList();
        Assert.True(blocks.Count(IsRun) >= leastCommands, $"{page} has lost its commands");
        var script = string.Concat(blocks.Select((block, index) => IsRun(block) ? Step(block, index) : Wait(blocks, index)));
        var result = await PeerProcess.RunAsync(
            "getting-started", PeerPrograms.Find("unshare", "util-linux"),
            ["--net", "--", "bash", _folder.Write("script.sh", $"{Head()}{script}")], workingDirectory: folder);
        if (result.Output.Contains("unshare failed", StringComparison.Ordinal))
            PeerPrograms.Missing<string>($"the commands of a page need a network of their own: {result.Output}");
        result.Succeeded(page);
        for (var index = 0; index < blocks.Count; index++)
        {
            if (IsText(blocks[index]) && (NoteOf(blocks[index], "of") is not null || IsRun(blocks[index - 1])))
                AssertPrinted(page, blocks[index], PrintedBy(blocks, index));
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
        if (NoteOf(block, "goes on after") is { } sign)
            return $"(exec >{file} 2>&1\n{lines}) &\nprinted '{sign}' {file}\n";
        return NoteOf(block, "fails") is { } why
            ? $"exec >{file} 2>&1\nif\n{lines}\nthen echo 'this had to fail: {why}' >&3; exit 1; fi\n"
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
    private static void AssertPrinted(string page, Match block, string printed)
    {
        var expected = block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            "^" + Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal).Replace("\\ ", "\\s+", StringComparison.Ordinal) + "$");
        var at = 0;
        var lines = printed.Split('\n');
        foreach (var pattern in expected)
        {
            while (at < lines.Length && !Regex.IsMatch(lines[at], pattern, RegexOptions.ExplicitCapture))
                at++;
            Assert.True(at < lines.Length, $"{page} shows a line like {pattern}, and this was printed:\n{printed}");
            at++;
        }
    }
}
