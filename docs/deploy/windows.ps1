# Windows: starts the toolkit with the machine and again whenever it ends. Run once, in PowerShell as administrator.
# A task made with schtasks would be stopped after three days.
$program = "C:\skm\venv\Scripts\skm.exe"
$data = "C:\skm\data"

# the server runs without rights of its own: it may write its data, which nobody but administrators else may read
icacls $data /inheritance:r /grant "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" "*S-1-5-19:(OI)(CI)M"

$settings = @{
    ExecutionTimeLimit         = [TimeSpan]::Zero
    RestartCount               = 999
    RestartInterval            = New-TimeSpan -Minutes 1
    AllowStartIfOnBatteries    = $true
    DontStopIfGoingOnBatteries = $true
}
$task = @{
    TaskName  = "SKM"
    Action    = New-ScheduledTaskAction -Execute $program -Argument "--instance $data serve --host 0.0.0.0"
    Trigger   = New-ScheduledTaskTrigger -AtStartup
    Principal = New-ScheduledTaskPrincipal -UserId "LOCALSERVICE" -LogonType ServiceAccount
    Settings  = New-ScheduledTaskSettingsSet @settings
}
Register-ScheduledTask @task
New-NetFirewallRule -DisplayName "SKM" -Direction Inbound -Protocol TCP -LocalPort 8000 -Action Allow
Start-ScheduledTask -TaskName "SKM"
