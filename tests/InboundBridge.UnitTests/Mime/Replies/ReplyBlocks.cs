namespace InboundBridge.UnitTests.Mime.Replies;

/// <summary>The files of <c>tests/testdata/messages/replies</c>: each case is a line "== name" with the text below it.</summary>
internal static class ReplyBlocks
{
    public static TheoryData<string, string> Of(string file)
    {
        var data = new TheoryData<string, string>();
        foreach (var block in Text(file).Split("== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = block.IndexOf('\n', StringComparison.Ordinal);
            data.Add(block[..end], block[(end + 1)..].TrimEnd());
        }
        return data;
    }

    public static string Text(string file) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/replies", file));
}
