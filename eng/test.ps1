# Runs every test project and closes with the line "N passed, N failed", as build.sh does.
$passed = 0; $failed = 0; $skipped = 0
& dotnet test WassersteinAutoEncoders.sln --configuration Release --no-build --verbosity minimal | ForEach-Object {
    Write-Host $_
    if ($_ -match 'Failed:\s+(\d+), Passed:\s+(\d+), Skipped:\s+(\d+)') {
        $failed += [int]$Matches[1]; $passed += [int]$Matches[2]; $skipped += [int]$Matches[3]
    }
}
# A test host that died reports no totals; that is a failure too.
if ($failed -eq 0 -and ($LASTEXITCODE -ne 0 -or $passed -eq 0)) { $failed = 1 }
if ($skipped -gt 0) { "$skipped skipped for want of a program that is not installed here: they are marked [SKIP] above." }
"$passed passed, $failed failed"
exit [int]($failed -ne 0)
