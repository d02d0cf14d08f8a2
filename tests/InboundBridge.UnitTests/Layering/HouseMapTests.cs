namespace InboundBridge.UnitTests.Layering;

/// <summary>The map of src/README.md agrees with the code. <c>INBOUNDBRIDGE_RENEW=1</c> draws it again.</summary>
public class HouseMapTests
{
    private static readonly string Page = Path.Combine(RepositoryFiles.Root, "src/README.md");

    [Fact]
    public void The_map_is_drawn_from_the_code()
    {
        var kept = File.ReadAllText(Page);
        var drawn = HouseMap.Insert(kept, SourceTree.OfRepository);
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RENEW") == "1")
            File.WriteAllText(Page, kept = drawn);
        Assert.Equal(drawn, kept);
    }

    [Fact]
    public void A_project_is_a_graph_and_a_folder_with_folders_a_box()
    {
        var tree = new SourceTree(
        [
            new SourceFile("Shop/Till/Cash.cs", "namespace Shop.Till;\n"),
            new SourceFile("Shop/Store/Shelf/Box.cs", "namespace Shop.Store.Shelf;\n\nclass Box;\n"),
            new SourceFile("Shop/Store/Door/Lock.cs", "namespace Shop.Store.Door;\n\nclass Lock { Shelf.Box box; }\n"),
            new SourceFile("Shop/Till/Coin.cs", "namespace Shop.Till;\n\nclass Coin { Store.Shelf.Box box; }\n"),
        ]);
        Assert.Equal(
            """
            The projects:

            ```mermaid
            flowchart TD
              Shop[Shop]
            ```

            `Shop`:

            ```mermaid
            flowchart TD
              subgraph Store[Store]
                Store_Door[Door]
                Store_Shelf[Shelf]
              end
              Till[Till]
              Store_Door --> Store_Shelf
              Till --> Store
            ```


            """,
            HouseMap.Draw(tree),
            ignoreLineEndingDifferences: true);
    }
}
