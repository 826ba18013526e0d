import { describeSchedules } from './random-schedules.ts'

describeSchedules({ counties: 2, usual: 300 })
