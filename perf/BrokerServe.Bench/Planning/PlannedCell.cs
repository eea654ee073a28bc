namespace BrokerServe.Bench.Planning;

/// <summary>A cell, and who runs in it.</summary>
/// <param name="Cell">The cell; never a half one.</param>
/// <param name="Subjects">Keys of the subjects.</param>
/// <param name="WithHalf">Whether each subject runs at half of its saturation as well.</param>
internal sealed record PlannedCell(Cell Cell, IReadOnlyList<string> Subjects, bool WithHalf = false);
