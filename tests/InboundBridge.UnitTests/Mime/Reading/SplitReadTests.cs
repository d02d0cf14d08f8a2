using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Reading;

public class SplitReadTests
{
    /// <summary>Octets a read, and size of the window that moves over the file.</summary>
    public static TheoryData<int, int> Splits => new() { { 1, 16 }, { 7, 61 }, { 64, 300 }, { 1000, 4096 }, { 100_000, 65_536 } };

    [Theory]
    [MemberData(nameof(Splits))]
    public void A_file_read_in_pieces_is_read_like_memory(int mostPerRead, int window)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages"), "*.eml"))
            AssertSame(file, mostPerRead, window);
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void The_public_mails_read_in_pieces_are_read_like_memory(int mostPerRead, int window)
    {
        var folder = PublicSuites.Find("mime");
        foreach (var file in Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories)
            .Where((_, index) => window > 300 || index % 4 == 0))
            AssertSame(file, mostPerRead, window);
    }

    private static void AssertSame(string file, int mostPerRead, int window)
    {
        var octets = File.ReadAllBytes(file);
        var whole = WholeReading.Of(MimeMessage.Open(MimeSource.FromMemory(octets)));
        using var slow = new SlowSource(octets, mostPerRead, window);
        Assert.True(whole == WholeReading.Of(MimeMessage.Open(slow)), file);
    }
}
