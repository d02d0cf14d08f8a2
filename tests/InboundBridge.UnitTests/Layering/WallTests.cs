namespace InboundBridge.UnitTests.Layering;

/// <summary>Each folder of src names only the folders that tests/testdata/walls.txt lists for it.</summary>
public class WallTests
{
    private static readonly Walls Kept = Walls.Read();

    [Fact]
    public void No_folder_names_a_folder_that_its_walls_forbid() =>
        Offences.None(SourceTree.OfRepository.Edges
            .Where(edge => Walls.TargetOf(edge) is { } target && !Kept.Allows(edge.From, target))
            .Select(edge => $"{edge.Place}\n  {edge.From} must not name {Walls.TargetOf(edge)} (tests/testdata/walls.txt)"));

    [Fact]
    public void Every_folder_has_a_wall_and_every_wall_a_folder()
    {
        var folders = SourceTree.OfRepository.Folders.ToHashSet(StringComparer.Ordinal);
        Offences.None(folders.Except(Kept.Folders).Select(folder => $"src/{folder} has no line in tests/testdata/walls.txt"));
        Offences.None(Kept.Folders.Except(folders).Select(folder => $"tests/testdata/walls.txt: there is no src/{folder}"));
    }

    [Fact]
    public void No_permission_is_left_that_nothing_uses()
    {
        var used = SourceTree.OfRepository.Edges.Select(edge => (edge.From, To: Walls.TargetOf(edge))).ToHashSet();
        Offences.None(Kept.Permissions
            .Where(permission => !used.Contains((permission.From, permission.To)))
            .Select(permission => $"tests/testdata/walls.txt: {permission.From} does not name {permission.To}"));
    }

    [Fact]
    public void Nobody_goes_round_a_using() =>
        Offences.None(
            SourceTree.OfRepository.Edges.Where(edge => edge.IsQualified).Select(edge => $"{edge.Place}\n  name the namespace in a using"));

    [Fact]
    public void A_wall_lists_folders_of_its_project_and_other_projects()
    {
        var walls =
            Walls.Parse(["# A comment", "[InboundBridge.House]", ".: Cellar", "Cellar", "", "Kitchen: Cellar, InboundBridge.Garden"]);
        Assert.Equal(
            ["InboundBridge.House", "InboundBridge.House/Cellar", "InboundBridge.House/Kitchen"],
            walls.Folders.Order(StringComparer.Ordinal));
        Assert.True(walls.Allows("InboundBridge.House/Kitchen", "InboundBridge.Garden"));
        Assert.True(walls.Allows("InboundBridge.House/Kitchen", "InboundBridge.House/Cellar"));
        Assert.False(walls.Allows("InboundBridge.House/Cellar", "InboundBridge.House/Kitchen"));
    }
}
