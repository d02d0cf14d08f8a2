namespace InboundBridge.UnitTests.Layering;

/// <summary>No folder of src names, by whatever way round, one that names it.</summary>
public class CircleTests
{
    [Fact]
    public void There_is_no_circle_between_folders() => Offences.None(new FolderGraph(SourceTree.OfRepository.Edges).FindCircles());

    [Fact]
    public void A_circle_is_shown_with_the_lines_that_make_it()
    {
        var circle = Assert.Single(new FolderGraph(
        [
            Edge("P/A", "P/B/Deep", "a.cs:1"), Edge("P/B/Deep", "P/C", "b.cs:2"), Edge("P/C", "P/A", "c.cs:3"),
                Edge("P/A", "P/A/Inside", "a.cs:4"), Edge("P/C", "P/D", "c.cs:5"),
        ]).FindCircles());
        Assert.Equal(
            """
            P/A → P/B → P/C → P/A
              P/A → P/B: a.cs:1
              P/B → P/C: b.cs:2
              P/C → P/A: c.cs:3
            """,
            circle,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_folder_and_its_subfolders_do_not_count_as_a_circle() =>
        Offences.None(new FolderGraph([Edge("P/A", "P/A/Inside", "a.cs:1"), Edge("P/A/Inside", "P/A", "b.cs:1")]).FindCircles());

    private static FolderEdge Edge(string from, string to, string place) => new(from, to, place, IsQualified: false);
}
