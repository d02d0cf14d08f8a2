namespace InboundBridge.UnitTests.Layering;

public class SourceTreeTests
{
    private static readonly SourceFile Target =
        new("InboundBridge.House/Cellar/Wine.cs", "namespace InboundBridge.House.Cellar;\n\npublic sealed record Wine;\n");

    [Theory]
    [InlineData("using InboundBridge.House.Cellar;", false)]
    [InlineData("using static InboundBridge.House.Cellar.Wine;", false)]
    [InlineData("using Drink = InboundBridge.House.Cellar.Wine;", false)]
    [InlineData("class Cook { Cellar.Wine drink; }", true)]
    [InlineData("class Cook { object drink = new InboundBridge.House.Cellar.Wine(); }", true)]
    [InlineData("class Cook { object drink = new global::InboundBridge.House.Cellar.Wine(); }", true)]
    [InlineData("class Cook { string drink = $\"{new House.Cellar.Wine()} for all\"; }", true)]
    public void A_line_that_names_another_folder_is_an_edge(string line, bool isQualified)
    {
        var edge = Assert.Single(EdgesOf(line));
        Assert.Equal(("InboundBridge.House/Kitchen", "InboundBridge.House/Cellar", isQualified), (edge.From, edge.To, edge.IsQualified));
        Assert.Equal($"src/InboundBridge.House/Kitchen/Cook.cs:3: {line}", edge.Place);
    }

    [Theory]
    [InlineData("using System.Text;")]
    [InlineData("// using InboundBridge.House.Cellar;")]
    [InlineData("/* Cellar.Wine */")]
    [InlineData("/// <see cref=\"Cellar.Wine\"/>")]
    [InlineData(
        "class Cook { string a = \"Cellar.Wine\"; string b = @\"\"\"Cellar.Wine\"; string c = $\"{{Cellar.Wine}}\"; char d = '\"'; }")]
    [InlineData("class Cook { object drink = This.Cellar.Wine; object guests = Cellar.Count; }")]
    public void Nothing_else_is(string line) => Assert.Empty(EdgesOf(line));

    [Fact]
    public void A_folder_may_name_the_folders_that_contain_it() =>
        Assert.Empty(
            new SourceTree(
                [Target, new SourceFile("InboundBridge.House/Cellar/Shelf/Box.cs", "using InboundBridge.House.Cellar;\n")]).Edges);

    private static IReadOnlyList<FolderEdge> EdgesOf(string line) =>
        new SourceTree(
            [Target, new SourceFile("InboundBridge.House/Kitchen/Cook.cs", $"namespace InboundBridge.House.Kitchen;\n\n{line}\n")]).Edges;
}
