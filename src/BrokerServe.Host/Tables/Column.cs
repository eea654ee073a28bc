namespace BrokerServe.Host.Tables;

/// <summary>A column of a table of numbers.</summary>
/// <param name="Header">What stands above it.</param>
/// <param name="Rank">Where there is no room, columns of the highest rank are left out first; those of rank 0 stay.</param>
/// <param name="IsText">It is aligned to the left, and sorted from A to Z unless asked otherwise; numbers from the largest.</param>
/// <param name="Least">Cells that it is wide at least, so that nothing moves as numbers grow.</param>
internal sealed record Column(string Header, int Rank, bool IsText = false, int Least = 0);
